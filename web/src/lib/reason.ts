// Why something is not known, and what to do about it.

export interface Explanation {
  what: string
  next: string
}

const reasons: Record<string, Explanation> = {
  denied: { what: 'access was denied', next: 'grant the permission, and look for service control policies that deny it' },
  throttled: { what: 'the cloud kept refusing for rate', next: 'it is tried again with the next reading' },
  unavailable: { what: 'the service failed or did not answer', next: 'it is tried again with the next reading' },
  'not-enabled': { what: 'the service or region is switched off', next: 'nothing, unless it should be on' },
  unsupported: { what: 'the endpoint does not know the call', next: 'no permission helps: the service is not offered there' },
  malformed: { what: 'the answer could not be understood', next: 'if it stays, report it as a bug with the type' },
  'not-collected': {
    what: 'it was not read, or the cloud does not tell it',
    next: 'include it in the reading; else a person has to look',
  },
  'computed-at-apply': { what: 'it is decided when the code is applied', next: 'judge it again after applying' },
}

export const explain = (reason: string): Explanation => reasons[reason] ?? { what: reason, next: '' }
