import { useElementSize } from '@mantine/hooks'
import { useState } from 'react'
import { extent, linePath, ticks } from '@/lib/chart'
import { localDay, parse } from '@/lib/time'
import './trend.css'

export interface Sample {
  at: string
  value: number
}

interface Props {
  name: string
  samples: Sample[]
  format: (v: number) => string
  height?: number
  /** The axis ends here and not at the highest value. */
  most?: number
}

const left = 44
const bottom = 22
const top = 8
const right = 8

/** How a number went over time. The numbers stand in a hidden table, too. */
export function Trend({ name, samples, format, height = 180, most }: Props) {
  const { ref, width } = useElementSize()
  const [at, setAt] = useState<number | null>(null)
  const points = samples.flatMap((s) => {
    const date = parse(s.at)
    return date ? [{ time: date.getTime(), value: s.value, date }] : []
  })
  const [first, last] = [points[0], points.at(-1)]
  const marks = ticks(0, most ?? Math.max(1, ...points.map((p) => p.value)), 4)
  const high = marks.at(-1) ?? 1
  const [from, until] = extent(points.map((p) => p.time))
  const x = (t: number) => left + ((t - from) / Math.max(1, until - from)) * Math.max(1, width - left - right)
  const y = (v: number) => top + (1 - v / high) * (height - top - bottom)
  const drawn = points.map((p): [number, number] => [x(p.time), y(p.value)])
  const focus = at === null ? null : points[at]
  const move = (clientX: number, box: DOMRect) => {
    const px = clientX - box.left
    let best = 0
    for (const [i, d] of drawn.entries()) if (Math.abs(d[0] - px) < Math.abs((drawn[best]?.[0] ?? 0) - px)) best = i
    setAt(best)
  }
  return (
    <figure ref={ref} className="trend" style={{ minHeight: height }}>
      {width > 0 && first && last && (
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={`${name}: from ${format(first.value)} on ${localDay(first.date)} to ${format(last.value)} on ${localDay(last.date)}`}
          onPointerMove={(e) => move(e.clientX, e.currentTarget.getBoundingClientRect())}
          onPointerLeave={() => setAt(null)}
        >
          {marks.map((m) => (
            <g key={m}>
              <line x1={left} x2={width - right} y1={y(m)} y2={y(m)} className="grid" />
              <text x={left - 8} y={y(m) + 4} textAnchor="end">
                {format(m)}
              </text>
            </g>
          ))}
          {points.length > 1 && (
            <path className="area" d={`${linePath(drawn)}L${x(last.time)} ${y(0)}L${x(first.time)} ${y(0)}Z`} />
          )}
          {points.length > 1 ? (
            <path className="line" d={linePath(drawn)} />
          ) : (
            <circle className="dot" cx={x(first.time)} cy={y(first.value)} r="4" />
          )}
          <text x={left} y={height - 6}>
            {localDay(first.date)}
          </text>
          {points.length > 1 && (
            <text x={width - right} y={height - 6} textAnchor="end">
              {localDay(last.date)}
            </text>
          )}
          {focus && (
            <g>
              <line className="cursor" x1={x(focus.time)} x2={x(focus.time)} y1={top} y2={height - bottom} />
              <circle className="dot" cx={x(focus.time)} cy={y(focus.value)} r="4" />
            </g>
          )}
        </svg>
      )}
      {focus && (
        <output className="trend-tip" style={{ left: Math.min(Math.max(x(focus.time), 70), width - 70) }}>
          <b>{format(focus.value)}</b> <span className="soft">{localDay(focus.date)}</span>
        </output>
      )}
    </figure>
  )
}
