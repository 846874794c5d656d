import { IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { FixPlan, Shortlist } from '@/api/types'
import { Facts, Panel } from '@/components/Page'
import { ThingName } from '@/components/Resource'
import { Empty } from '@/components/States'
import { compact, counted, percent, points } from '@/lib/number'
import { visible } from '@/lib/text'
import { actionName } from '@/lib/way'
import './fixes.css'

const goal = 0.9
const mostFirst = 10

interface Props {
  fixes: FixPlan[]
  shortlist: Shortlist | null
  open: string | undefined
  onOpen: (key: string | undefined) => void
}

export function FixesView({ fixes, shortlist, open, onOpen }: Props) {
  if (fixes.length === 0)
    return <Empty title="Nothing to fix on a way">No change cuts a way of an attacker, because none is known.</Empty>
  const enough = fixes.findIndex((f, i) => f.cumulative >= goal || i === mostFirst - 1)
  const first = enough < 0 ? fixes.length : enough + 1
  return (
    <div className="stack">
      <p className="flow">
        {shortlist && (
          <>
            <b>{compact(shortlist.findings)}</b> findings <span aria-hidden="true">→</span>{' '}
          </>
        )}
        <b>{counted(first, 'fix', 'fixes')}</b> remove <b>{percent(fixes[first - 1]?.cumulative ?? 0)}</b> of the risk
      </p>
      <Panel title="What to change, in this order" flush>
        <ol>
          {fixes.map((f, i) => (
            <Fix key={f.key} fix={f} place={i + 1} open={f.key === open} onOpen={onOpen} />
          ))}
        </ol>
      </Panel>
    </div>
  )
}

function Fix({
  fix,
  place,
  open,
  onOpen,
}: {
  fix: FixPlan
  place: number
  open: boolean
  onOpen: (key: string | undefined) => void
}) {
  const ref = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (open && ref.current && ref.current.getBoundingClientRect().top > window.innerHeight)
      ref.current.scrollIntoView({ block: 'center' })
  }, [open])
  return (
    <li ref={ref} className="fix">
      <button type="button" className="fix-head" aria-expanded={open} onClick={() => onOpen(open ? undefined : fix.key)}>
        <IconChevronRight size={15} aria-hidden="true" className={open ? 'turned' : undefined} />
        <span className="num soft">{place}</span>
        <span className="grow">
          <span className="strong">{visible(fix.title || actionName(fix.action))}</span>
          <span className="soft small block">{visible(placeOf(fix))}</span>
        </span>
        <span className="soft small wide-only">{fix.effort}</span>
        <span className="fix-numbers num">
          <b>−{points(fix.risk_removed)}</b> <span className="soft small">risk</span>
          <span className="soft small block">{percent(fix.cumulative)} with those above</span>
        </span>
      </button>
      {open && <FixDetail fix={fix} />}
    </li>
  )
}

const placeOf = (fix: FixPlan): string => `${fix.control_point.level.replace('-', ' ')} · ${fix.control_point.id}`

function FixDetail({ fix }: { fix: FixPlan }) {
  return (
    <div className="fix-detail stack">
      {fix.text && <p>{fix.text}</p>}
      <Facts
        of={[
          [
            'Where',
            fix.control_point.level === 'resource' || fix.control_point.level === 'shared-policy' ? (
              <ThingName key="t" id={fix.control_point.id} />
            ) : (
              visible(fix.control_point.id)
            ),
          ],
          ['Cuts', counted(fix.paths_cut, 'way')],
          ['Clears', `${counted(fix.findings, 'finding')} on ${counted(fix.resources, 'resource')}`],
          ['Effort', fix.effort],
          ['Alone it removes', `${points(fix.risk_alone)} of risk`],
        ]}
      />
      {fix.cli && (
        <div className="stack tight">
          <h3>Command</h3>
          <pre>{fix.cli}</pre>
        </div>
      )}
      {fix.terraform && (
        <div className="stack tight">
          <h3>Terraform</h3>
          <pre>{fix.terraform}</pre>
        </div>
      )}
      {(fix.issues ?? []).length > 0 && (
        <div className="stack tight">
          <h3>Issues whose way it cuts</h3>
          <ul className="row">
            {(fix.issues ?? []).slice(0, 20).map((key, i) => (
              <li key={key}>
                <Link to="/issues/$key" params={{ key }} className="mark">
                  Issue {i + 1}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
      {(fix.checks ?? []).length > 0 && (
        <p className="soft small">
          Answers{' '}
          {(fix.checks ?? []).map((c) => (
            <Link key={c} to="/findings" search={{ check: [c] }} className="mark">
              {c}
            </Link>
          ))}
        </p>
      )}
    </div>
  )
}
