// Times are shown in the reader's zone; the exact UTC moment is one hover away.

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** A moment that the server left out, or that is no moment, is null. */
export function parse(value: string | undefined | null): Date | null {
  if (!value) return null
  const date = new Date(value)
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() <= 1 ? null : date
}

/** "3 hours ago", "in 2 days", "just now". */
export function relative(date: Date, now: Date): string {
  const seconds = (date.getTime() - now.getTime()) / 1000
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relativeFormat.format(Math.trunc(seconds / size), unit)
  }
  return Math.abs(seconds) < 20 ? 'just now' : relativeFormat.format(Math.trunc(seconds), 'second')
}

/** "3h", "2d": how long ago, for dense tables. */
export function age(date: Date, now: Date): string {
  const seconds = Math.abs(now.getTime() - date.getTime()) / 1000
  if (seconds < 60) return `${Math.floor(seconds)}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  if (seconds < 86_400 * 60) return `${Math.floor(seconds / 86_400)}d`
  return `${Math.floor(seconds / 2_592_000)}mo`
}

const localFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

export const local = (date: Date): string => localFormat.format(date)
export const localDay = (date: Date): string => dayFormat.format(date)

/** The exact moment: 2026-11-23 01:02:03.456 UTC. */
export function utc(date: Date): string {
  return `${date
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '')} UTC`
}

/** A moment of days before another, as the API takes it. */
export function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString()
}

/** The day of a moment as a date field has it, in the reader's zone. */
export function toDateField(date: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The end of the day of a date field, in the reader's zone; null when it is no day. */
export function endOfDay(field: string): Date | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(field)
  if (!match) return null
  const date = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]), 23, 59, 59)
  return Number.isNaN(date.getTime()) || date.getDate() !== Number(match[3]) ? null : date
}
