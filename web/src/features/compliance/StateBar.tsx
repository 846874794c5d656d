import { counted } from '@/lib/number'

export const states = ['fail', 'unknown', 'pass', 'manual', 'not_applicable'] as const
export const stateNames: Record<string, string> = {
  fail: 'failing',
  unknown: 'unknown',
  pass: 'passing',
  manual: 'by hand',
  not_applicable: 'not applicable',
}
export const stateMarks: Record<string, string> = {
  fail: 'mark bad',
  unknown: 'mark warn',
  pass: 'mark good',
  manual: 'mark',
  not_applicable: 'mark',
}

/** How many requirements are in each state, as parts of a bar and in words. */
export function StateBar({ states: of, total }: { states: Record<string, number>; total: number }) {
  let x = 0
  return (
    <>
      <svg className="state-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        {states.map((s) => {
          const width = total > 0 ? (100 * (of[s] ?? 0)) / total : 0
          const from = x
          x += width
          return <rect key={s} className={`state-${s}`} x={from} y="0" width={width} height="10" />
        })}
      </svg>
      <p className="small">
        {states
          .filter((s) => of[s])
          .map((s) => `${of[s]} ${stateNames[s]}`)
          .join(' · ')}{' '}
        <span className="soft">of {counted(total, 'requirement')}</span>
      </p>
    </>
  )
}
