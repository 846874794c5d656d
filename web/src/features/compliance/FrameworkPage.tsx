import { Link, useParams } from '@tanstack/react-router'
import { useGet } from '@/api/query'
import type { CoursePoint, FrameworkDetail, Requirement } from '@/api/types'
import { Filter, Filters, Search } from '@/components/Filters'
import { Page, Panel } from '@/components/Page'
import { Answer, Empty } from '@/components/States'
import { Trend } from '@/components/Trend'
import { useFilters } from '@/lib/filters'
import { compact, percent } from '@/lib/number'
import { capital } from '@/lib/text'
import type { FrameworkSearch } from '@/routes/search'
import { StateBar, stateMarks, stateNames, states } from './StateBar'
import './compliance.css'

export function FrameworkPage() {
  const { framework } = useParams({ strict: false }) as { framework: string }
  const [search, set] = useFilters<FrameworkSearch>()
  const detail = useGet('/api/v1/compliance/{framework}', undefined, { params: { framework } })
  const course = useGet('/api/v1/course', { group: `framework:${framework}` })
  return (
    <Page
      title={detail.data ? `${detail.data.title} ${detail.data.version}` : 'Framework'}
      above={<Link to="/compliance">Compliance</Link>}
    >
      <Answer of={detail}>
        {(data) => <FrameworkView of={data} course={course.data?.items ?? []} search={search} set={set} />}
      </Answer>
    </Page>
  )
}

interface ViewProps {
  of: FrameworkDetail
  course: CoursePoint[]
  search: FrameworkSearch
  set: (change: Partial<FrameworkSearch>) => void
}

function FrameworkView({ of, course, search, set }: ViewProps) {
  const wanted = search.text?.toLowerCase() ?? ''
  const rows = of.items.filter(
    (r) =>
      (!search.state || search.state.includes(r.state)) &&
      `${r.id} ${r.title} ${r.checks.map((c) => c.check).join(' ')}`.toLowerCase().includes(wanted),
  )
  const scored = course.filter((p) => p.score != null)
  return (
    <>
      <div className={scored.length > 1 ? 'halves' : undefined}>
        <Panel title="Now">
          <StateBar states={of.states} total={of.requirements} />
          {of.partial && <p className="soft small">You see the resources of some owners: only failures are known.</p>}
        </Panel>
        {scored.length > 1 && (
          <Panel title="Score in the last 30 days">
            <Trend
              name="Score"
              samples={scored.map((p) => ({ at: p.at, value: p.score ?? 0 }))}
              format={(v) => `${Math.round(v)} %`}
              most={100}
              height={120}
            />
          </Panel>
        )}
      </div>
      <Filters>
        <Search value={search.text} onChange={(text) => set({ text })} placeholder="Search requirements" />
        <Filter
          name="State"
          options={states.map((value) => ({ value, label: capital(stateNames[value] ?? value), count: of.states[value] ?? 0 }))}
          value={search.state}
          onChange={(state) => set({ state })}
        />
      </Filters>
      <Panel flush>
        {rows.length === 0 ? (
          <Empty title="No requirement">Nothing fits these filters.</Empty>
        ) : (
          <table className="simple requirements">
            <thead>
              <tr>
                <th>Number</th>
                <th>Requirement</th>
                <th>State</th>
                <th className="num wide-only">Passing</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((r) => (
                <Row key={r.id} of={r} />
              ))}
            </tbody>
          </table>
        )}
      </Panel>
    </>
  )
}

function Row({ of }: { of: Requirement }) {
  const sum = of.checks.reduce((s, c) => ({ pass: s.pass + c.pass, decided: s.decided + c.pass + c.fail }), {
    pass: 0,
    decided: 0,
  })
  return (
    <tr>
      <td className="nowrap">{of.id}</td>
      <td>
        {of.title}
        {of.level && <span className="soft small"> · level {of.level}</span>}
        <ul className="small">
          {of.checks.map((c) => (
            <li key={c.check}>
              {c.fail > 0 ? (
                <Link to="/findings" search={{ check: [c.check] }}>
                  {c.title}
                </Link>
              ) : (
                <span className="soft">{c.title}</span>
              )}
              {c.fail > 0 && <span className="soft"> · {compact(c.fail)} failing</span>}
              {c.unknown > 0 && <span className="soft"> · {compact(c.unknown)} unknown</span>}
            </li>
          ))}
        </ul>
      </td>
      <td>
        <span className={stateMarks[of.state]}>{stateNames[of.state] ?? of.state}</span>
      </td>
      <td className="num wide-only">
        {sum.decided > 0 ? percent(sum.pass / sum.decided) : <span className="soft">–</span>}
        {sum.decided > 0 && <span className="soft small block">of {compact(sum.decided)}</span>}
      </td>
    </tr>
  )
}
