// Filter state lives in the address: short, without defaults, and never trusted.

type Raw = Record<string, unknown>

export function text(raw: Raw, name: string, most = 200): string | undefined {
  const value = raw[name]
  const string = typeof value === 'number' ? String(value) : value
  return typeof string === 'string' && string !== '' && string.length <= most ? string : undefined
}

export function list(raw: Raw, name: string): string[] | undefined {
  const value = raw[name]
  const values = (Array.isArray(value) ? value : [value]).map((v) => (typeof v === 'number' ? String(v) : v))
  const kept = values.filter((v): v is string => typeof v === 'string' && v !== '' && v.length <= 500)
  return kept.length > 0 ? kept.slice(0, 50) : undefined
}

export function oneOf<T extends string>(raw: Raw, name: string, allowed: readonly T[], normal?: T): T | undefined {
  const value = raw[name]
  return allowed.includes(value as T) && value !== normal ? (value as T) : undefined
}

export const flag = (raw: Raw, name: string): true | undefined => (raw[name] === true || raw[name] === 'true' ? true : undefined)

/** The object without what is undefined, so that it leaves no trace in the address. */
export function tidy<T extends Raw>(object: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, v]) => v !== undefined && v !== '' && !(Array.isArray(v) && v.length === 0)),
  ) as Partial<T>
}
