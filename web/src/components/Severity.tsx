import { capital } from '@/lib/text'
import './severity.css'

// Each severity has a shape and a word of its own; its colour only helps.
const shapes: Record<string, string> = {
  critical: 'M6 .8 11.600 11.200H.400z M5.400 4.500h1.200v3.400H5.400z M5.400 8.700h1.200v1.200H5.400z',
  high: 'M6 1 11.200 10.800H.8z',
  medium: 'M6 .6 11.400 6 6 11.400.6 6z',
  low: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z',
  info: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z M6 2.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z',
}

export function SeverityIcon({ severity }: { severity: string }) {
  return (
    <svg className={`severity-icon s-${severity}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path fillRule="evenodd" d={shapes[severity] ?? shapes.info} />
    </svg>
  )
}

export function SeverityPill({ severity }: { severity: string }) {
  return (
    <span className={`severity s-${severity}`}>
      <SeverityIcon severity={severity} />
      {capital(severity)}
    </span>
  )
}

/** A score with its band; a reader of screens hears both. */
export function Score({ value, band, low, high }: { value: number; band: string; low?: number; high?: number }) {
  const spread = low !== undefined && high !== undefined && Math.round(high) > Math.round(low)
  return (
    <span
      className={`score s-${band}`}
      title={spread ? `Between ${Math.round(low)} and ${Math.round(high)}, by what is not known` : undefined}
    >
      <b>{Math.round(value)}</b>
      <SeverityIcon severity={band} />
      <span>{capital(band)}</span>
    </span>
  )
}
