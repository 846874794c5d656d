import { send } from '@/api/client'
import { useList } from '@/api/query'
import { useMay } from '@/api/session'
import type { Job } from '@/api/types'
import { Action } from '@/components/Action'
import { type Column, DataTable } from '@/components/DataTable'
import { Filter, Filters } from '@/components/Filters'
import { Empty } from '@/components/States'
import { Time } from '@/components/Time'
import { brief } from '@/lib/diff'
import { seconds } from '@/lib/number'
import { capital, visible } from '@/lib/text'
import { parse } from '@/lib/time'
import type { TabProps } from './CoverageTab'

const states = ['running', 'available', 'scheduled', 'retryable', 'pending', 'completed', 'cancelled', 'discarded']
const tones: Record<string, string> = {
  running: 'mark blue',
  completed: 'mark good',
  retryable: 'mark warn',
  discarded: 'mark bad',
}

/** What a job is about, as values in a row. */
function argsOf(args: unknown): string {
  if (typeof args !== 'object' || args === null) return ''
  return Object.values(args)
    .map((v) => brief(v, 120))
    .join(' · ')
}

function took(j: Job): string {
  const [from, until] = [parse(j.began), parse(j.ended)]
  return from && until ? seconds((until.getTime() - from.getTime()) / 1000) : '–'
}

function Buttons({ of }: { of: Job }) {
  const admin = useMay('admin')
  if (!admin) return null
  const over = ['completed', 'cancelled', 'discarded'].includes(of.state)
  return over ? (
    of.state === 'completed' ? null : (
      <Action act={() => send('post', '/api/v1/jobs/{id}/retry', { path: { id: of.id } })} changes={['/api/v1/jobs']}>
        Retry
      </Action>
    )
  ) : (
    <Action act={() => send('post', '/api/v1/jobs/{id}/cancel', { path: { id: of.id } })} changes={['/api/v1/jobs']}>
      Cancel
    </Action>
  )
}

const columns: Column<Job>[] = [
  { id: 'kind', name: 'Job', width: 'minmax(0, 1fr)', cell: (j) => <span>{visible(j.kind)}</span> },
  {
    id: 'args',
    name: 'Of',
    width: 'minmax(0, 2fr)',
    wide: true,
    cell: (j) => (
      <span className="clamp small soft" title={visible(brief(j.args, 2000))}>
        {visible(j.error || argsOf(j.args))}
      </span>
    ),
  },
  { id: 'state', name: 'State', width: '112px', cell: (j) => <span className={tones[j.state] ?? 'mark'}>{j.state}</span> },
  { id: 'attempt', name: 'Try', width: '74px', numeric: true, wide: true, cell: (j) => `${j.attempt}/${j.attempts}` },
  { id: 'took', name: 'Took', width: '84px', numeric: true, wide: true, cell: took },
  { id: 'created', name: 'Asked', width: '116px', wide: true, cell: (j) => <Time at={j.created} /> },
  { id: 'buttons', name: '', width: '90px', wide: true, cell: (j) => <Buttons of={j} /> },
]

export function JobsTab({ search, set }: TabProps) {
  const list = useList('/api/v1/jobs', { state: search.state, kind: search.kind } as never)
  return (
    <div className="stack">
      <Filters>
        <Filter
          name="State"
          options={states.map((value) => ({ value, label: capital(value) }))}
          value={search.state}
          onChange={(state) => set({ state })}
        />
      </Filters>
      <DataTable
        name="Jobs"
        list={list}
        columns={columns}
        keyOf={(j) => String(j.id)}
        file="jobs"
        empty={<Empty title="No job">Nothing fits these filters.</Empty>}
      />
    </div>
  )
}
