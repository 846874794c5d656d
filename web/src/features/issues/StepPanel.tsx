import { Button } from '@mantine/core'
import { IconArrowLeft, IconArrowRight, IconScissors } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { FixPlan, Issue, PathStep } from '@/api/types'
import { Panel } from '@/components/Page'
import { IdLink } from '@/components/Resource'
import { points } from '@/lib/number'
import { capital, visible } from '@/lib/text'
import { thingOf } from '@/lib/thing'
import type { Hop } from '@/lib/way'
import { fixTitle } from './words'

interface Props {
  hop: Hop<PathStep>
  at: number
  of: number
  accounts: string[]
  fixes: FixPlan[]
  issue: Issue
  onStep: (at: number) => void
}

/** One step: what the attacker does, what proves it, and what cuts it. */
export function StepPanel({ hop, at, of, accounts, fixes, issue, onStep }: Props) {
  const { step } = hop
  return (
    <Panel
      title={`Step ${at + 1} of ${of}`}
      aside={
        <span className="row">
          <Button
            size="compact-xs"
            variant="default"
            disabled={at === 0}
            onClick={() => onStep(at - 1)}
            leftSection={<IconArrowLeft size={13} aria-hidden="true" />}
          >
            Previous
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            disabled={at === of - 1}
            onClick={() => onStep(at + 1)}
            rightSection={<IconArrowRight size={13} aria-hidden="true" />}
          >
            Next step
          </Button>
        </span>
      }
    >
      <div className="stack" aria-live="polite">
        <p className="step-says">
          {capital(visible(step.label))} <span className="soft small nowrap">{probability(step)}</span>
        </p>
        <div className="halves">
          <section className="stack tight">
            <h3>What proves it</h3>
            {(step.evidence ?? []).length === 0 && <p className="soft">It follows from the step before.</p>}
            <ul className="stack tight">
              {(step.evidence ?? []).map((e, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: evidence may repeat
                <li key={i} className="evidence">
                  <span>{capital(visible(e.text || 'It is set so'))}</span>
                  <span className="soft small block">
                    <IdLink id={e.resource} accounts={accounts}>
                      {visible(thingOf(e.resource).name)}
                    </IdLink>
                    {e.path && (
                      <>
                        {' · '}
                        <code>{visible(e.path)}</code>
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </section>
          <section className="stack tight">
            <h3>What cuts it</h3>
            {(step.fixes ?? []).length === 0 && <p className="soft">No change here cuts the way; take one of another step.</p>}
            {(step.fixes ?? []).map((key) => (
              <FixCard key={key} of={key} fixes={fixes} issue={issue} />
            ))}
          </section>
        </div>
      </div>
    </Panel>
  )
}

function probability(step: PathStep): string {
  const whole = (p: number) => Math.round(100 * p)
  return step.low < step.high
    ? `${whole(step.probability)} % probable, ${whole(step.low)} to ${whole(step.high)}: not all is known`
    : `${whole(step.probability)} % probable`
}

function FixCard({ of, fixes, issue }: { of: string; fixes: FixPlan[]; issue: Issue }) {
  const plan = fixes.find((f) => f.key === of)
  const after = issue.after_fix.find((a) => a.fix === of)
  return (
    <div className="fix-card">
      <div className="row spread">
        <Link to="/fixes" search={{ fix: of }} className="strong">
          <IconScissors size={14} aria-hidden="true" /> {fixTitle(of, fixes)}
        </Link>
        {after && (
          <span className={after.value <= 0 ? 'mark good' : 'mark'}>
            {after.value <= 0 ? 'closes the issue' : `leaves ${points(after.value)}`}
          </span>
        )}
      </div>
      {plan?.text && <p>{plan.text}</p>}
      {plan?.cli && <pre>{plan.cli}</pre>}
    </div>
  )
}
