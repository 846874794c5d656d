// What differs between two versions of a resource, one line per attribute.

export interface Difference {
  path: string
  kind: 'added' | 'removed' | 'changed'
  before?: unknown
  after?: unknown
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

const join = (path: string, key: string): string => {
  const part = /^[A-Za-z_][\w-]*$/.test(key) ? key : JSON.stringify(key)
  return path === '' ? part : `${path}.${part}`
}

/** Names of the members of a list, when each has one of its own; else null. */
function identities(list: unknown[]): string[] | null {
  for (const field of ['id', 'name', 'sid', 'Sid', 'key', 'target']) {
    const names = list.map((v) => (isObject(v) && typeof v[field] === 'string' ? (v[field] as string) : ''))
    if (names.every(Boolean) && new Set(names).size === names.length) return names
  }
  if (list.every((v) => typeof v !== 'object' || v === null)) {
    const names = list.map((v) => JSON.stringify(v))
    return new Set(names).size === names.length ? names : null
  }
  return null
}

function lists(path: string, a: unknown[], b: unknown[], out: Difference[]): void {
  const before = identities(a)
  const after = identities(b)
  if (before && after) {
    for (const [i, name] of before.entries()) {
      const at = after.indexOf(name)
      if (at < 0) out.push({ path: `${path}[${name}]`, kind: 'removed', before: a[i] })
      else walk(`${path}[${name}]`, a[i], b[at], out)
    }
    for (const [i, name] of after.entries())
      if (!before.includes(name)) out.push({ path: `${path}[${name}]`, kind: 'added', after: b[i] })
    return
  }
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const at = `${path}[${i}]`
    if (i >= a.length) out.push({ path: at, kind: 'added', after: b[i] })
    else if (i >= b.length) out.push({ path: at, kind: 'removed', before: a[i] })
    else walk(at, a[i], b[i], out)
  }
}

function walk(path: string, a: unknown, b: unknown, out: Difference[]): void {
  if (a === b) return
  if (Array.isArray(a) && Array.isArray(b)) {
    lists(path, a, b, out)
    return
  }
  if (isObject(a) && isObject(b)) {
    for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()) {
      const at = join(path, key)
      if (!(key in a)) out.push({ path: at, kind: 'added', after: b[key] })
      else if (!(key in b)) out.push({ path: at, kind: 'removed', before: a[key] })
      else walk(at, a[key], b[key], out)
    }
    return
  }
  if (JSON.stringify(a) !== JSON.stringify(b)) out.push({ path, kind: 'changed', before: a, after: b })
}

/** What differs, by path. Lists are matched by the names of their members where they have them. */
export function difference(before: unknown, after: unknown): Difference[] {
  const out: Difference[] = []
  walk('', before, after, out)
  return out
}

/** A value on one line, cut where it is long. */
export function brief(value: unknown, most = 160): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > most ? `${text.slice(0, most)}…` : text
}
