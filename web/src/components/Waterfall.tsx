import type { IssueScore } from '@/api/types'
import { points } from '@/lib/number'
import { capital, visible } from '@/lib/text'
import { falls } from '@/lib/way'
import './waterfall.css'

/** How a score came down from 100, one line for each factor that takes from it. */
export function Waterfall({ score }: { score: IssueScore }) {
  const { falls: list, idle } = falls(score.waterfall)
  return (
    <div className="stack tight">
      <ol className="waterfall">
        <Line label="The worst there is" before={100} after={100} />
        {list.map((f, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: factors may repeat
          <Line key={i} label={capital(visible(f.label))} before={f.before} after={f.after} />
        ))}
        <Line label="Score" before={score.value} after={score.value} band={score.band} />
      </ol>
      <p className="soft small">
        Likelihood {score.likelihood.toFixed(2)} × impact {score.impact.toFixed(2)}
        {idle > 0 && ` · ${idle} ${idle === 1 ? 'factor takes' : 'factors take'} nothing`}
        {score.adjusted && ` · ${score.adjusted}`}
        {Math.round(score.high) > Math.round(score.low) &&
          ` · between ${points(score.low)} and ${points(score.high)} by what is unknown`}
      </p>
    </div>
  )
}

function Line({ label, before, after, band }: { label: string; before: number; after: number; band?: string }) {
  const lost = before - after
  return (
    <li className={band ? `s-${band} end` : undefined}>
      <span>{label}</span>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect className="left" x="0" y="0" width={Math.max(0, Math.min(100, after))} height="10" />
        {lost > 0 && <rect className="lost" x={after} y="0" width={Math.max(lost, 0.6)} height="10" />}
      </svg>
      <span className="num">
        {lost > 0.5 && <span className="soft small">−{points(lost)} </span>}
        {points(after)}
      </span>
    </li>
  )
}
