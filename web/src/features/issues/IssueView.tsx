import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Exception, Finding, FixPlan, Issue, PathStep } from '@/api/types'
import { FindingState } from '@/components/findingColumns'
import { Facts, Panel } from '@/components/Page'
import { ResourceLink, ThingName } from '@/components/Resource'
import { Score, SeverityPill } from '@/components/Severity'
import { Time } from '@/components/Time'
import { Waterfall } from '@/components/Waterfall'
import { WayLine, WayPicture } from '@/components/Way'
import { counted, points } from '@/lib/number'
import { capital, visible } from '@/lib/text'
import { className, wayOf } from '@/lib/way'
import { StepPanel } from './StepPanel'
import { fixTitle } from './words'
import './issue.css'

interface Props {
  issue: Issue
  fixes: FixPlan[]
  findings: Finding[] | undefined
  exception: Exception | undefined
  waiting: Exception | undefined
  step: number
  onStep: (step: number) => void
}

export function IssueView({ issue, fixes, findings, exception, waiting, step, onStep }: Props) {
  const [other, setOther] = useState<number | null>(null)
  const path: PathStep[] = (other === null ? undefined : issue.alternatives?.[other]) ?? issue.path
  const way = wayOf(path)
  const at = Math.min(Math.max(step, 0), way.hops.length - 1)
  return (
    <>
      <Notices issue={issue} exception={exception} waiting={waiting} />
      <div className={`issue-facts s-${issue.score.band}`}>
        <Score value={issue.score.value} band={issue.score.band} low={issue.score.low} high={issue.score.high} />
        <Facts
          of={[
            ['Reaches', className(issue.class)],
            ['Owner', issue.owner ? visible(issue.owner) : <span className="soft">nobody said</span>],
            ['Environment', issue.environment ? visible(issue.environment) : <span className="soft">not said</span>],
            ['Targets', points(issue.targets)],
            ['Open since', <Time key="since" at={issue.since} />],
            ['Due', <Time key="due" at={issue.due} none="no date" />],
          ]}
        />
      </div>
      <Panel
        title={other === null ? 'The path' : `Another way, ${other + 1} of ${issue.alternatives?.length ?? 0}`}
        aside={counted(way.hops.length, 'step')}
      >
        <WayPicture way={way} at={at} onSelect={onStep} cuts={(s) => s.fixes?.length ?? 0} />
      </Panel>
      {way.hops[at] && (
        <StepPanel
          hop={way.hops[at]}
          at={at}
          of={way.hops.length}
          accounts={issue.accounts}
          fixes={fixes}
          issue={issue}
          onStep={onStep}
        />
      )}
      <div className="columns">
        <Panel title={`Why ${points(issue.score.value)}`}>
          <Waterfall score={issue.score} />
        </Panel>
        <div className="stack">
          <AfterFix issue={issue} fixes={fixes} />
          <Ways
            issue={issue}
            chosen={other}
            choose={(n) => {
              setOther(n)
              onStep(0)
            }}
          />
          <Passes issue={issue} />
        </div>
      </div>
      <Findings issue={issue} findings={findings} />
    </>
  )
}

function Notices({
  issue,
  exception,
  waiting,
}: {
  issue: Issue
  exception: Exception | undefined
  waiting: Exception | undefined
}) {
  return (
    <>
      {issue.until && (
        <p className="notice good">
          Resolved <Time at={issue.until} />. What stands here is how it was.
        </p>
      )}
      {issue.regressed && !issue.until && <p className="notice bad">It was resolved before, and came back.</p>}
      {(issue.exception || exception) && (
        <p className="notice">
          Accepted
          {exception && (
            <>
              {' '}
              by {visible(exception.approved ?? exception.by)} until <Time at={exception.expires} as="day" />: “
              {visible(exception.reason)}”
            </>
          )}
          . <Link to="/exceptions">Exceptions</Link>
        </p>
      )}
      {waiting && !issue.exception && !exception && (
        <p className="notice">
          {visible(waiting.by)} asked to accept it until <Time at={waiting.expires} as="day" />; it waits for approval.{' '}
          <Link to="/exceptions" search={{ state: 'waiting' }}>
            See what waits
          </Link>
        </p>
      )}
      {issue.first_question && (
        <p className="notice">
          <b>Find out first:</b> {capital(visible(issue.first_question))} It decides between {points(issue.score.low)} and{' '}
          {points(issue.score.high)}.
        </p>
      )}
    </>
  )
}

function AfterFix({ issue, fixes }: { issue: Issue; fixes: FixPlan[] }) {
  if (issue.after_fix.length === 0) return null
  return (
    <Panel title="After one fix alone">
      <ul className="after">
        {issue.after_fix.map((a) => (
          <li key={a.fix}>
            <Link to="/fixes" search={{ fix: a.fix }}>
              {fixTitle(a.fix, fixes)}
            </Link>
            <span className="nowrap">
              {a.value <= 0 ? (
                <span className="mark good">closes it</span>
              ) : (
                <>
                  <span className="soft">{points(issue.score.value)} → </span>
                  <Score value={a.value} band={a.band} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Ways({ issue, chosen, choose }: { issue: Issue; chosen: number | null; choose: (n: number | null) => void }) {
  const others = issue.alternatives ?? []
  if (others.length === 0) return null
  return (
    <Panel title={`${counted(others.length, 'other way')} to the same target`}>
      <ul className="stack tight">
        <li>
          <button type="button" className="way-choice" aria-pressed={chosen === null} onClick={() => choose(null)}>
            <span className="soft small">the worst</span> <WayLine way={wayOf(issue.path)} />
          </button>
        </li>
        {others.map((path, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: ways have no name
          <li key={i}>
            <button type="button" className="way-choice" aria-pressed={chosen === i} onClick={() => choose(i)}>
              <WayLine way={wayOf(path)} />
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

const beyondShown = 12

function Passes({ issue }: { issue: Issue }) {
  const on = new Set(issue.path.flatMap((s) => [s.from, s.to]))
  const beyond = issue.resources.filter((r) => !on.has(r))
  if (issue.every_way.length < 2 && beyond.length === 0) return null
  return (
    <Panel title="What it concerns">
      <Facts
        wide
        of={[
          ...(issue.every_way.length > 1
            ? [
                ['Every way passes', <Names key="every" ids={issue.every_way} accounts={issue.accounts} />] as [
                  string,
                  React.ReactNode,
                ],
              ]
            : []),
          ...(beyond.length > 0
            ? [
                [
                  'Reached the same way',
                  <Names key="beyond" ids={beyond} accounts={issue.accounts} more={issue.targets - 1 - beyond.length} />,
                ] as [string, React.ReactNode],
              ]
            : []),
        ]}
      />
    </Panel>
  )
}

function Names({ ids, accounts, more = 0 }: { ids: readonly string[]; accounts: readonly string[]; more?: number }) {
  const rest = more + Math.max(0, ids.length - beyondShown)
  return (
    <ul>
      {ids.slice(0, beyondShown).map((id) => (
        <li key={id}>
          <ThingName id={id} accounts={accounts} />
        </li>
      ))}
      {rest > 0 && <li className="soft">and {rest} more</li>}
    </ul>
  )
}

function Findings({ issue, findings }: { issue: Issue; findings: Finding[] | undefined }) {
  if (issue.finding_count === 0) return null
  return (
    <Panel
      title="Findings on the path"
      aside={
        issue.findings && (
          <Link to="/findings" search={{ key: issue.findings.slice(0, 50), state: 'all' }}>
            As a list
          </Link>
        )
      }
      flush
    >
      <ul className="issue-findings">
        {(findings ?? []).map((f) => (
          <li key={f.key}>
            <SeverityPill severity={f.severity} />
            <span className="grow">
              <Link to="/findings/$key" params={{ key: f.key }}>
                {visible(f.message || f.title)}
              </Link>
              <span className="block">
                <ResourceLink of={f.resource} />
              </span>
            </span>
            <FindingState of={f} />
          </li>
        ))}
        {findings && issue.finding_count > findings.length && (
          <li className="soft">and {issue.finding_count - findings.length} more, which are not listed with the issue</li>
        )}
      </ul>
    </Panel>
  )
}
