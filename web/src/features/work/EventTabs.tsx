import { SegmentedControl } from '@mantine/core'
import { send } from '@/api/client'
import { useGet, useList } from '@/api/query'
import { useMay } from '@/api/session'
import type { DeadEvent, Delivery } from '@/api/types'
import { Action } from '@/components/Action'
import { type Column, DataTable } from '@/components/DataTable'
import { Stat } from '@/components/Page'
import { Answer, Empty } from '@/components/States'
import { Time } from '@/components/Time'
import { bytes, compact, seconds } from '@/lib/number'
import { capital, visible } from '@/lib/text'
import type { TabProps } from './CoverageTab'

const tones: Record<string, string> = { sent: 'mark good', failed: 'mark bad', waiting: 'mark warn' }

function titleOf(d: Delivery): string {
  const m = d.message as { title?: unknown; Title?: unknown; subject?: unknown } | null
  for (const t of [m?.title, m?.Title, m?.subject]) if (typeof t === 'string' && t !== '') return t
  return d.key
}

function Retry({ of }: { of: Delivery }) {
  const admin = useMay('admin')
  if (!admin || of.state !== 'failed') return null
  return (
    <Action
      act={() => send('post', '/api/v1/deliveries/{key}/retry', { path: { key: of.key } })}
      changes={['/api/v1/deliveries']}
    >
      Retry
    </Action>
  )
}

const deliveryColumns: Column<Delivery>[] = [
  { id: 'channel', name: 'Channel', width: '140px', cell: (d) => visible(d.channel) },
  {
    id: 'message',
    name: 'Message',
    width: 'minmax(0, 2fr)',
    cell: (d) => (
      <span>
        <span className="clamp">{visible(titleOf(d))}</span>
        {d.error && <span className="small soft">{visible(d.error)}</span>}
      </span>
    ),
  },
  { id: 'state', name: 'State', width: '96px', cell: (d) => <span className={tones[d.state] ?? 'mark'}>{d.state}</span> },
  { id: 'tries', name: 'Tries', width: '60px', numeric: true, wide: true, cell: (d) => d.tries },
  { id: 'happened', name: 'Happened', width: '116px', wide: true, cell: (d) => <Time at={d.happened} /> },
  { id: 'created', name: 'Queued', width: '116px', wide: true, cell: (d) => <Time at={d.created} /> },
  {
    id: 'done',
    name: 'Done',
    width: '116px',
    wide: true,
    cell: (d) =>
      d.done ? (
        <Time at={d.done} />
      ) : (
        <span className="soft">
          next <Time at={d.not_before} />
        </span>
      ),
  },
  { id: 'retry', name: '', width: '80px', wide: true, cell: (d) => <Retry of={d} /> },
]

const deliveryStates = ['all', 'waiting', 'sent', 'failed'] as const

export function DeliveriesTab({ search, set }: TabProps) {
  const state = search.state?.[0]
  const list = useList('/api/v1/deliveries', { state } as never)
  return (
    <div className="stack">
      <div>
        <SegmentedControl
          size="xs"
          aria-label="State"
          data={deliveryStates.map((value) => ({ value, label: capital(value) }))}
          value={state ?? 'all'}
          onChange={(v) => set({ state: v === 'all' ? undefined : [v] })}
        />
      </div>
      <DataTable
        name="Deliveries"
        list={list}
        columns={deliveryColumns}
        keyOf={(d) => d.key}
        file="deliveries"
        empty={
          <Empty title="No message">
            Nothing was sent, or nothing fits. Channels and rules are named in the file of the server’s --notify.
          </Empty>
        }
      />
    </div>
  )
}

const deadColumns: Column<DeadEvent>[] = [
  { id: 'queue', name: 'Queue', width: 'minmax(0, 1fr)', cell: (e) => visible(e.queue) },
  { id: 'reason', name: 'Why it was put aside', width: 'minmax(0, 2fr)', cell: (e) => visible(e.reason) },
  { id: 'size', name: 'Size', width: '90px', numeric: true, wide: true, cell: (e) => bytes(e.size) },
  { id: 'hash', name: 'SHA-256', width: '130px', wide: true, cell: (e) => <code title={e.hash}>{e.hash.slice(0, 12)}</code> },
  { id: 'at', name: 'When', width: '116px', cell: (e) => <Time at={e.at} /> },
]

export function EventsTab() {
  const latency = useGet('/api/v1/events/latency')
  const list = useList('/api/v1/events/dead', {})
  return (
    <div className="stack">
      <Answer of={latency} lines={2}>
        {(l) => (
          <div className="stats">
            <Stat name="Alerts measured, 24 h" value={compact(l.count)} />
            <Stat name="API call to alert, p50" value={l.count > 0 ? seconds(l.p50) : '–'} />
            <Stat name="p95" value={l.count > 0 ? seconds(l.p95) : '–'} />
            <Stat name="p99" value={l.count > 0 ? seconds(l.p99) : '–'} />
          </div>
        )}
      </Answer>
      <h2>Messages that could not be understood</h2>
      <DataTable
        name="Dead events"
        list={list}
        columns={deadColumns}
        keyOf={(e) => e.id}
        file="dead-events"
        empty={<Empty title="No dead event">Every message of the queues was understood.</Empty>}
      />
    </div>
  )
}
