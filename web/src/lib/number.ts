const plain = new Intl.NumberFormat('en')
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

export const count = (n: number): string => plain.format(n)

/** Thousands in short: 12,345 stays, 1,234,567 is 1.2M. */
export const compact = (n: number): string => (Math.abs(n) < 100_000 ? plain.format(n) : short.format(n))

/** "1 finding", "2 findings". */
export const counted = (n: number, noun: string, nouns = `${noun}s`): string => `${count(n)} ${n === 1 ? noun : nouns}`

/** A score or a risk in whole points. */
export const points = (v: number): string => plain.format(Math.round(Number.isFinite(v) ? v : 0))

/** A part of a whole in whole percents, rounded down: what is not all never shows as all. */
export function percent(share: number): string {
  const n = Math.floor(100 * Math.min(Math.max(share, 0), 1) + 1e-9)
  return n === 0 && share > 0 ? '<1%' : `${n}%`
}

/** Seconds for people: 0.8 s, 12 s, 3 min. */
export function seconds(s: number): string {
  if (!Number.isFinite(s)) return '–'
  if (s < 10) return `${s.toFixed(1)} s`
  if (s < 120) return `${Math.round(s)} s`
  if (s < 7200) return `${Math.round(s / 60)} min`
  return `${Math.round(s / 3600)} h`
}

export function bytes(n: number): string {
  if (n < 1024) return `${n} B`
  if (n < 1024 ** 2) return `${(n / 1024).toFixed(1)} KiB`
  return `${(n / 1024 ** 2).toFixed(1)} MiB`
}
