import { Button } from '@mantine/core'
import { useState } from 'react'
import { get, type Answer as Reply } from '@/api/client'
import { useList } from '@/api/query'
import type { AuditEntry } from '@/api/types'
import { tellError } from '@/components/Action'
import { type Column, DataTable } from '@/components/DataTable'
import { Filters, Search } from '@/components/Filters'
import { Empty } from '@/components/States'
import { Time } from '@/components/Time'
import { brief } from '@/lib/diff'
import { visible } from '@/lib/text'
import type { SettingsSearch } from '@/routes/search'

const columns: Column<AuditEntry>[] = [
  { id: 'seq', name: 'No.', width: '64px', numeric: true, cell: (e) => e.seq },
  { id: 'at', name: 'When', width: '120px', cell: (e) => <Time at={e.at} /> },
  { id: 'actor', name: 'Who', width: 'minmax(0, 0.8fr)', cell: (e) => visible(e.actor) },
  { id: 'action', name: 'Did', width: 'minmax(0, 0.9fr)', cell: (e) => <code>{visible(e.action)}</code> },
  {
    id: 'subject',
    name: 'To',
    width: 'minmax(0, 2fr)',
    wide: true,
    cell: (e) => (
      <span className="clamp" title={visible(brief(e.detail ?? '', 2000))}>
        {visible(e.subject)} {e.detail != null && <span className="soft small">{visible(brief(e.detail, 200))}</span>}
      </span>
    ),
  },
  {
    id: 'address',
    name: 'From',
    width: '126px',
    wide: true,
    cell: (e) => <span className="small">{visible(e.address ?? '')}</span>,
  },
  { id: 'hash', name: 'Hash', width: '90px', wide: true, cell: (e) => <code title={e.hash}>{e.hash.slice(0, 8)}</code> },
]

interface Props {
  search: SettingsSearch
  set: (change: { action?: string; actor?: string }) => void
}

export function AuditTab({ search, set }: Props) {
  const list = useList('/api/v1/audit', { actor: search.actor, action: search.action } as never)
  return (
    <div className="stack">
      <Filters>
        <Search value={search.actor} onChange={(actor) => set({ actor })} placeholder="Who, exactly" />
        <Search value={search.action} onChange={(action) => set({ action })} placeholder="Action, such as exception.create" />
        <Chain />
      </Filters>
      <DataTable
        name="Audit log"
        list={list}
        columns={columns}
        keyOf={(e) => String(e.seq)}
        file="audit"
        empty={<Empty title="Nothing was changed">Or nothing fits these filters.</Empty>}
      />
    </div>
  )
}

/** Has the server recompute the chain of the log. */
function Chain() {
  const [busy, setBusy] = useState(false)
  const [found, setFound] = useState<Reply<'/api/v1/audit/verify'> | null>(null)
  const check = async () => {
    setBusy(true)
    try {
      setFound(await get('/api/v1/audit/verify'))
    } catch (error) {
      tellError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <span className="row">
      <Button size="xs" variant="default" loading={busy} onClick={() => void check()}>
        Check the chain
      </Button>
      <span role="status">
        {found &&
          (found.holds ? (
            <span className="mark good">every entry fits the one before</span>
          ) : (
            <span className="mark bad">entry {found.broken?.seq} does not fit: the log was changed there or before</span>
          ))}
      </span>
    </span>
  )
}
