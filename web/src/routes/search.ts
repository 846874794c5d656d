import { flag, list, oneOf, text, tidy } from '@/lib/search'
import { severities } from '@/lib/severity'

// What may stand in the address of each page. Anything else in an address is left aside.

type Raw = Record<string, unknown>

export const issueStates = ['open', 'excepted', 'resolved', 'all'] as const
export const findingStates = ['open', 'unproven', 'excepted', 'resolved', 'unknown', 'all'] as const
export const exceptionStates = ['active', 'waiting', 'ended', 'all'] as const
export const workTabs = ['coverage', 'jobs', 'deliveries', 'events'] as const
export const settingTabs = ['account', 'users', 'audit', 'configuration'] as const
export const resourceTabs = ['config', 'history', 'relations', 'findings'] as const
export const accessTabs = ['who', 'what', 'explain'] as const
export const fixTabs = ['fixes', 'campaigns', 'aside'] as const

const where = (raw: Raw) => ({
  cloud: list(raw, 'cloud'),
  account: list(raw, 'account'),
  region: list(raw, 'region'),
  type: list(raw, 'type'),
  owner: list(raw, 'owner'),
  environment: list(raw, 'environment'),
  text: text(raw, 'text'),
})

export const signIn = (raw: Raw) => tidy({ back: text(raw, 'back', 1000), failed: text(raw, 'failed', 500) })
export const issues = (raw: Raw) =>
  tidy({
    band: list(raw, 'band')?.filter((b) => (severities as readonly string[]).includes(b)),
    class: list(raw, 'class'),
    account: list(raw, 'account'),
    owner: list(raw, 'owner'),
    environment: list(raw, 'environment'),
    state: oneOf(raw, 'state', issueStates, 'open'),
    text: text(raw, 'text'),
    sort: text(raw, 'sort', 20),
  })
export const issue = (raw: Raw) => {
  const step = Number(raw.step)
  return tidy({ step: Number.isInteger(step) && step > 1 && step < 100 ? step : undefined })
}
export const fixes = (raw: Raw) =>
  tidy({ tab: oneOf(raw, 'tab', fixTabs, 'fixes'), text: text(raw, 'text'), fix: text(raw, 'fix', 600) })
export const findings = (raw: Raw) =>
  tidy({
    ...where(raw),
    severity: list(raw, 'severity')?.filter((b) => (severities as readonly string[]).includes(b)),
    check: list(raw, 'check'),
    key: list(raw, 'key'),
    state: oneOf(raw, 'state', findingStates, 'open'),
    sort: text(raw, 'sort', 20),
  })
export const inventory = (raw: Raw) =>
  tidy({ ...where(raw), failing: oneOf(raw, 'failing', severities), public: flag(raw, 'public'), sort: text(raw, 'sort', 20) })
export const resource = (raw: Raw) => ({
  account: text(raw, 'account') ?? '',
  id: text(raw, 'id', 2000) ?? '',
  ...tidy({ tab: oneOf(raw, 'tab', resourceTabs, 'config') }),
})
export const identities = (raw: Raw) =>
  tidy({
    kind: list(raw, 'kind'),
    account: list(raw, 'account'),
    machines: flag(raw, 'machines'),
    text: text(raw, 'text'),
    sort: text(raw, 'sort', 20),
  })
export const access = (raw: Raw) =>
  tidy({
    tab: oneOf(raw, 'tab', accessTabs, 'who'),
    principal: text(raw, 'principal', 2000),
    action: text(raw, 'action'),
    resource: text(raw, 'resource', 2000),
    service: text(raw, 'service', 64),
  })
export const graph = (raw: Raw) => tidy({ query: text(raw, 'query', 4000), param: list(raw, 'param') })
export const framework = (raw: Raw) => tidy({ state: list(raw, 'state'), text: text(raw, 'text') })
export const drift = (raw: Raw) => tidy({ baseline: text(raw, 'baseline') })
export const exceptions = (raw: Raw) => tidy({ state: oneOf(raw, 'state', exceptionStates, 'active') })
export const work = (raw: Raw) =>
  tidy({
    tab: oneOf(raw, 'tab', workTabs, 'coverage'),
    status: list(raw, 'status'),
    account: text(raw, 'account'),
    type: text(raw, 'type'),
    state: list(raw, 'state'),
    kind: list(raw, 'kind'),
  })
export const settings = (raw: Raw) =>
  tidy({ tab: oneOf(raw, 'tab', settingTabs, 'account'), action: text(raw, 'action'), actor: text(raw, 'actor') })

export type IssuesSearch = ReturnType<typeof issues>
export type IssueSearch = ReturnType<typeof issue>
export type FixesSearch = ReturnType<typeof fixes>
export type FindingsSearch = ReturnType<typeof findings>
export type InventorySearch = ReturnType<typeof inventory>
export type ResourceSearch = ReturnType<typeof resource>
export type IdentitiesSearch = ReturnType<typeof identities>
export type AccessSearch = ReturnType<typeof access>
export type GraphSearch = ReturnType<typeof graph>
export type FrameworkSearch = ReturnType<typeof framework>
export type DriftSearch = ReturnType<typeof drift>
export type ExceptionsSearch = ReturnType<typeof exceptions>
export type WorkSearch = ReturnType<typeof work>
export type SettingsSearch = ReturnType<typeof settings>

/** Lists are names given several times, not JSON. */
export function parseSearch(query: string): Raw {
  const raw: Raw = {}
  for (const [name, value] of new URLSearchParams(query)) {
    const before = raw[name]
    raw[name] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]
  }
  return raw
}

export function stringifySearch(search: Raw): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    for (const v of Array.isArray(value) ? value : [value])
      if (v !== undefined && v !== null && v !== '') params.append(name, String(v))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}
