import { SegmentedControl } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { send } from '@/api/client'
import { useList } from '@/api/query'
import { useMay, useMe } from '@/api/session'
import type { Exception } from '@/api/types'
import { Action } from '@/components/Action'
import { type Column, DataTable } from '@/components/DataTable'
import { Page } from '@/components/Page'
import { Empty } from '@/components/States'
import { Time } from '@/components/Time'
import { useFilters } from '@/lib/filters'
import { capital, visible } from '@/lib/text'
import { lastPart } from '@/lib/thing'
import { type ExceptionsSearch, exceptionStates } from '@/routes/search'

const touched = ['/api/v1/exceptions', '/api/v1/issues', '/api/v1/findings', '/api/v1/overview']

function Subject({ of }: { of: Exception }) {
  switch (of.subject) {
    case 'issue':
      return (
        <Link to="/issues/$key" params={{ key: of.key }}>
          Issue {of.key.slice(0, 8)}
        </Link>
      )
    case 'finding':
      return (
        <Link to="/findings/$key" params={{ key: of.key }}>
          Finding {of.key.slice(0, 8)}
        </Link>
      )
    case 'check':
      return (
        <Link to="/findings" search={{ check: [of.key], state: 'excepted' }}>
          {visible(of.key)}
        </Link>
      )
    default:
      return of.accounts?.[0] ? (
        <Link to="/resource" search={{ account: of.accounts[0], id: of.key }}>
          {visible(lastPart(of.key))}
        </Link>
      ) : (
        <span>{visible(of.key)}</span>
      )
  }
}

function State({ of }: { of: Exception }) {
  if (of.ended) return <span className="mark">ended by {visible(of.ended_by ?? 'somebody')}</span>
  if (new Date(of.expires).getTime() < Date.now()) return <span className="mark">expired</span>
  return of.approved ? (
    <span className="mark blue">active, approved by {visible(of.approved)}</span>
  ) : (
    <span className="mark warn">waits for approval</span>
  )
}

function Buttons({ of }: { of: Exception }) {
  const me = useMe()
  const approver = useMay('approver')
  const path = { id: of.id }
  const over = !!of.ended || new Date(of.expires).getTime() < Date.now()
  if (over || !me) return null
  const own = of.by === me.name || of.by === me.id
  return (
    <span className="row tight">
      {!of.approved && approver && (
        <Action
          act={() => send('post', '/api/v1/exceptions/{id}/approve', { path })}
          changes={touched}
          done="Approved"
          variant="filled"
        >
          Approve
        </Action>
      )}
      {(approver || own) && (
        <Action
          act={() => send('post', '/api/v1/exceptions/{id}/end', { path })}
          changes={touched}
          done="Ended: the risk stands again"
        >
          {of.approved ? 'End' : own ? 'Withdraw' : 'Refuse'}
        </Action>
      )}
    </span>
  )
}

const columns: Column<Exception>[] = [
  { id: 'subject', name: 'What', width: 'minmax(0, 1.2fr)', cell: (e) => <Subject of={e} /> },
  {
    id: 'reason',
    name: 'Reason',
    width: 'minmax(0, 2fr)',
    cell: (e) => (
      <span className="clamp" title={visible(e.reason)}>
        {visible(e.reason)}
      </span>
    ),
  },
  { id: 'by', name: 'Asked by', width: '130px', wide: true, cell: (e) => visible(e.by) },
  { id: 'state', name: 'State', width: 'minmax(0, 1fr)', wide: true, cell: (e) => <State of={e} /> },
  { id: 'expires', name: 'Until', width: '112px', cell: (e) => <Time at={e.expires} as="day" /> },
  { id: 'buttons', name: '', width: '170px', cell: (e) => <Buttons of={e} /> },
]

export function ExceptionsPage() {
  const [search, set] = useFilters<ExceptionsSearch>()
  const state = search.state ?? 'active'
  const list = useList('/api/v1/exceptions', { state }, { count: true })
  return (
    <Page
      title="Exceptions"
      about="Risks that somebody accepted for a reason and until a day. One asks on the page of an issue or finding; somebody else approves. When it ends, the risk stands again."
    >
      <div>
        <SegmentedControl
          size="xs"
          aria-label="State"
          data={exceptionStates.map((value) => ({ value, label: capital(value) }))}
          value={state}
          onChange={(v) => set({ state: v === 'active' ? undefined : (v as ExceptionsSearch['state']) })}
        />
      </div>
      <DataTable
        name="Exceptions"
        list={list}
        columns={columns}
        keyOf={(e) => e.id}
        file="exceptions"
        empty={
          <Empty title={state === 'waiting' ? 'Nothing waits for approval' : 'No exception'}>
            Accept a risk on the page of its issue or finding.
          </Empty>
        }
      />
    </Page>
  )
}
