import { type Thing, thingOf } from './thing'

// A way of an attacker as a picture needs it.

export interface Step {
  from: string
  to: string
  from_name: string
  to_name: string
  label: string
  low: number
  high: number
  probability: number
  evidence?: { resource: string; path?: string; text?: string }[]
  fixes?: string[]
}

export interface Hop<S extends Step = Step> {
  step: S
  to: Thing
  /** The step gains more of the thing that was reached before. */
  within: boolean
  uncertain: boolean
}

export interface Way<S extends Step = Step> {
  entry: Thing
  hops: Hop<S>[]
}

export function wayOf<S extends Step>(path: readonly S[]): Way<S> {
  const first = path[0]
  return {
    entry: thingOf(first?.from ?? '', first?.from_name),
    hops: path.map((step) => ({
      step,
      to: thingOf(step.to, step.to_name),
      within: step.from === step.to,
      uncertain: step.low < step.high,
    })),
  }
}

/** The things on a way, each once in a row. */
export function things(way: Way): Thing[] {
  return [way.entry, ...way.hops.filter((h) => !h.within).map((h) => h.to)]
}

/** action@level:id, of which the title of a change and its place are made. */
export function fixParts(key: string): { action: string; level: string; id: string } {
  const at = key.indexOf('@')
  const colon = key.indexOf(':', at)
  if (at < 0 || colon < 0) return { action: key, level: '', id: '' }
  return { action: key.slice(0, at), level: key.slice(at + 1, colon), id: key.slice(colon + 1) }
}

/** What a change is called when nothing else says: aws-iam-narrow-trust is "Narrow trust". */
export function actionName(action: string): string {
  const words = action.replace(/^(aws|azure|gcp)-[a-z0-9]+-/, '').replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export interface Fall {
  name: string
  label: string
  before: number
  after: number
}

/** How a score came down from 100: the factors that took from it, and how many took nothing. */
export function falls(waterfall: readonly { name: string; label: string; after: number }[]): { falls: Fall[]; idle: number } {
  const out: Fall[] = []
  let before = 100
  let idle = 0
  for (const f of waterfall) {
    if (before - f.after < 0.05) idle++
    else out.push({ name: f.name, label: f.label, before, after: f.after })
    before = f.after
  }
  return { falls: out, idle }
}

const classes: Record<string, string> = {
  'account-admin': 'Control of an account',
  'organization-admin': 'Control of the organisation',
  compute: 'Machines',
  'restricted-data': 'Restricted data',
  'confidential-data': 'Confidential data',
  'internal-data': 'Internal data',
  'unclassified-data': 'Unclassified data',
  'public-data': 'Public data',
  secrets: 'Secrets',
  identity: 'An identity',
}

export const className = (c: string): string => classes[c] ?? c.charAt(0).toUpperCase() + c.slice(1).replaceAll('-', ' ')
