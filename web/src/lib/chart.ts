/** The least and greatest number; 0 and 1 when there is none. */
export function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const v of values) {
    low = Math.min(low, v)
    high = Math.max(high, v)
  }
  return low <= high ? [low, high] : [0, 1]
}

/** About so many round numbers from low to at least high. */
export function ticks(low: number, high: number, about: number): number[] {
  const raw = Math.max((high - low) / about, 1e-9)
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 5, 10].find((m) => m * power >= raw) ?? 10) * power
  const out: number[] = []
  for (let v = low; ; v += step) {
    out.push(Number(v.toPrecision(12)))
    if (v >= high) return out
  }
}

export const linePath = (points: readonly [number, number][]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
