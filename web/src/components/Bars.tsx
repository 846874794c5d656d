import type { ReactNode } from 'react'
import { compact } from '@/lib/number'
import './trend.css'

export interface Bar {
  id: string
  name: ReactNode
  value: number
  /** Colours the bar, such as s-high. */
  tone?: string
}

/** Numbers side by side, as lengths. */
export function Bars({ of }: { of: Bar[] }) {
  const most = Math.max(1, ...of.map((b) => b.value))
  return (
    <ul className="bars">
      {of.map((b) => (
        <li key={b.id} className={b.tone}>
          <span>{b.name}</span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect x="0" y="0" width={(100 * b.value) / most} height="8" />
          </svg>
          <span className="num">{compact(b.value)}</span>
        </li>
      ))}
    </ul>
  )
}
