import { SegmentedControl } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Change, CoursePoint, Issue, Overview } from '@/api/types'
import { Bars } from '@/components/Bars'
import { Panel, Stat } from '@/components/Page'
import { Cause, ResourceLink } from '@/components/Resource'
import { Score, SeverityPill } from '@/components/Severity'
import { Empty } from '@/components/States'
import { Time } from '@/components/Time'
import { Trend } from '@/components/Trend'
import { WayLine } from '@/components/Way'
import { compact, counted, percent, points, seconds } from '@/lib/number'
import { severities } from '@/lib/severity'
import { cloudName, visible } from '@/lib/text'
import { className, wayOf } from '@/lib/way'
import './overview.css'

export function OverviewView({ of }: { of: Overview }) {
  const open = Object.fromEntries(of.open.map((c) => [c.name, c.count]))
  const total = of.open.reduce((n, c) => n + c.count, 0)
  const resources = of.resources.reduce((n, c) => n + c.count, 0)
  const last = of.trend.at(-1)
  return (
    <>
      <TopIssue issue={of.issues[0]} count={of.issue_count} />
      <div className="stats">
        <Stat name="Open issues" value={compact(of.issue_count)} about={<Delta of={of.trend} value={(p) => p.issues} />} />
        <Stat
          name="Risk"
          value={last ? compact(Math.round(last.risk)) : '–'}
          about={<Delta of={of.trend} value={(p) => p.risk} />}
        />
        <Stat
          name="Posture score"
          value={last?.score == null ? '–' : `${points(last.score)} %`}
          about={<Delta of={of.trend} value={(p) => p.score ?? 0} rising="good" />}
        />
        <Stat
          name="Open findings"
          value={compact(total)}
          about={open.critical ? `${compact(open.critical)} critical` : 'none critical'}
        />
        <Stat
          name="Resources"
          value={compact(resources)}
          about={of.resources.map((c) => `${cloudName(c.name)} ${compact(c.count)}`).join(' · ') || 'nothing read yet'}
        />
        <Stat
          name="API call to alert"
          value={of.latency.count > 0 ? seconds(of.latency.p95) : '–'}
          about={of.latency.count > 0 ? `p95 of ${compact(of.latency.count)} in 24 h` : 'no alert in 24 h'}
        />
      </div>
      <div className="columns">
        <div className="stack">
          <Issues issues={of.issues.slice(1)} count={of.issue_count} />
          <Course points={of.trend} />
        </div>
        <div className="stack">
          <Panel title="Open findings by severity" aside={<Link to="/findings">All findings</Link>}>
            <Bars
              of={severities.map((s) => ({
                id: s,
                value: open[s] ?? 0,
                tone: `s-${s}`,
                name: (
                  <Link to="/findings" search={{ severity: [s] }}>
                    <SeverityPill severity={s} />
                  </Link>
                ),
              }))}
            />
          </Panel>
          <CoveragePanel of={of} />
          <LatencyPanel of={of} />
        </div>
      </div>
      <Changes changes={of.changes} />
    </>
  )
}

/** What to look at first: the worst issue in one glance. */
function TopIssue({ issue, count }: { issue: Issue | undefined; count: number }) {
  if (!issue) {
    return (
      <Panel>
        <Empty title="No way of an attacker to anything of value">
          In what was read there is none. <Link to="/work">See what was read</Link>, and what was not.
        </Empty>
      </Panel>
    )
  }
  const way = wayOf(issue.path)
  return (
    <section className={`top-issue s-${issue.score.band}`} aria-label="The worst issue">
      <div className="row">
        <span className="small strong">Fix this first</span>
        <Score value={issue.score.value} band={issue.score.band} low={issue.score.low} high={issue.score.high} />
        <span className="soft small">{facts(issue)}</span>
      </div>
      <h2>
        <Link to="/issues/$key" params={{ key: issue.key }} className="plain">
          <WayLine way={way} />
        </Link>
      </h2>
      <div className="row spread">
        <span className="soft">
          {counted(way.hops.length, 'step')}, {counted(issue.fixes.length, 'change')} that{' '}
          {issue.fixes.length === 1 ? 'cuts' : 'cut'} it
          {closes(issue) > 0 && `, ${closes(issue) === 1 ? 'one closes' : `${closes(issue)} of them close`} it alone`}
        </span>
        <Link to="/issues/$key" params={{ key: issue.key }} className="strong">
          Follow the path{count > 1 ? '' : ' →'}
        </Link>
      </div>
    </section>
  )
}

const closes = (issue: Issue): number => issue.after_fix.filter((a) => a.value <= 0).length

const facts = (issue: Issue): string =>
  [className(issue.class), issue.environment, issue.owner && `owner ${issue.owner}`, issue.regressed && 'came back']
    .filter(Boolean)
    .map((s) => visible(String(s)))
    .join(' · ')

function Issues({ issues, count }: { issues: Issue[]; count: number }) {
  if (issues.length === 0) return null
  return (
    <Panel title="Next issues" aside={<Link to="/issues">All {compact(count)}</Link>} flush>
      <ol className="short-list">
        {issues.slice(0, 6).map((i) => (
          <li key={i.key}>
            <Score value={i.score.value} band={i.score.band} />
            <span className="grow">
              <Link to="/issues/$key" params={{ key: i.key }} className="plain">
                <WayLine way={wayOf(i.path)} />
              </Link>
              <span className="soft small block">{facts(i)}</span>
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}

const courses = {
  Risk: { value: (p: CoursePoint) => p.risk, format: (v: number) => compact(Math.round(v)), most: undefined },
  Issues: { value: (p: CoursePoint) => p.issues, format: (v: number) => compact(Math.round(v)), most: undefined },
  Score: { value: (p: CoursePoint) => p.score ?? 0, format: (v: number) => `${Math.round(v)} %`, most: 100 },
  Unknown: { value: (p: CoursePoint) => p.unknown, format: (v: number) => compact(Math.round(v)), most: undefined },
}

function Course({ points: list }: { points: CoursePoint[] }) {
  const [what, setWhat] = useState<keyof typeof courses>('Risk')
  const course = courses[what]
  return (
    <Panel
      title="The last 30 days"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="What is shown"
          data={Object.keys(courses)}
          value={what}
          onChange={(v) => setWhat(v as keyof typeof courses)}
        />
      }
    >
      {list.length === 0 ? (
        <Empty title="No course yet">A point is added with every reading, at most one an hour.</Empty>
      ) : (
        <Trend
          name={what}
          samples={list.map((p) => ({ at: p.at, value: course.value(p) }))}
          format={course.format}
          most={course.most}
        />
      )}
    </Panel>
  )
}

function Delta({ of, value, rising = 'bad' }: { of: CoursePoint[]; value: (p: CoursePoint) => number; rising?: 'good' | 'bad' }) {
  const [first, last] = [of[0], of.at(-1)]
  if (!first || !last || of.length < 2) return <>no course yet</>
  const by = Math.round(value(last) - value(first))
  if (by === 0) return <>as 30 days ago</>
  const good = by > 0 === (rising === 'good')
  return (
    <span className={good ? 'delta-good' : 'delta-bad'}>
      {by > 0 ? '▲' : '▼'} {compact(Math.abs(by))} in 30 days
    </span>
  )
}

function CoveragePanel({ of }: { of: Overview }) {
  const c = of.coverage
  return (
    <Panel title="Coverage" aside={<Link to="/work">Ledger</Link>}>
      <div className="stack tight">
        <div className="row spread">
          <b className="figure">{c.scopes > 0 ? percent(c.complete / c.scopes) : '–'}</b>
          <span className="soft small">
            {compact(c.complete)} of {counted(c.scopes, 'scope')} read whole
          </span>
        </div>
        <ul className="pairs">
          <li>
            <span>Accounts</span> <span className="num">{compact(c.accounts)}</span>
          </li>
          <li>
            <Link to="/work" search={{ status: ['failed'] }}>
              Could not be read
            </Link>
            <span className="num">{compact(c.failed)}</span>
          </li>
          <li>
            <Link to="/work" search={{ status: ['partial'] }}>
              Attributes unknown
            </Link>
            <span className="num">{compact(c.unknowns)}</span>
          </li>
          <li>
            <span>Newest reading</span> <Time at={c.newest} />
          </li>
          <li>
            <span>Oldest knowledge</span> <Time at={c.oldest} />
          </li>
        </ul>
      </div>
    </Panel>
  )
}

function LatencyPanel({ of }: { of: Overview }) {
  const l = of.latency
  return (
    <Panel title="From API call to alert" aside={<Time at={l.since} />}>
      {l.count === 0 ? (
        <p className="soft">Nothing was alerted in this time. It shows once an event leads to an alert.</p>
      ) : (
        <ul className="pairs">
          {(['p50', 'p95', 'p99'] as const).map((p) => (
            <li key={p}>
              <span>{{ p50: 'Half of them within', p95: '95 % within', p99: '99 % within' }[p]}</span>{' '}
              <span className="num strong">{seconds(l[p])}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

const changesShown = 12
const kinds: Record<string, string> = { added: 'mark good', changed: 'mark blue', gone: 'mark' }

function Changes({ changes }: { changes: Change[] }) {
  return (
    <Panel
      title="Changed in the last 24 hours"
      aside={changes.length > changesShown ? `the newest ${changesShown}` : undefined}
      flush
    >
      {changes.length === 0 ? (
        <Empty title="Nothing changed" />
      ) : (
        <div className="scroll-x">
          <table className="simple changes">
            <thead className="hidden-text">
              <tr>
                <th>What</th>
                <th>Resource</th>
                <th>By whom</th>
                <th>When</th>
              </tr>
            </thead>
            <tbody>
              {changes.slice(0, changesShown).map((c) => (
                <tr key={`${c.resource.account}${c.resource.id}${c.at}`}>
                  <td>
                    <span className={kinds[c.kind]}>{c.kind}</span>
                  </td>
                  <td>
                    <ResourceLink of={c.resource} />
                  </td>
                  <td className="wide-only">
                    <Cause of={c.cause} />
                  </td>
                  <td className="num">
                    <Time at={c.at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}
