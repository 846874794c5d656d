import { Select } from '@mantine/core'
import { useGet, useList } from '@/api/query'
import type { Coverage } from '@/api/types'
import { type Column, DataTable } from '@/components/DataTable'
import { Filter, Filters } from '@/components/Filters'
import { Empty } from '@/components/States'
import { Time } from '@/components/Time'
import { compact } from '@/lib/number'
import { explain } from '@/lib/reason'
import { capital, typeName, visible } from '@/lib/text'
import type { WorkSearch } from '@/routes/search'

export interface TabProps {
  search: WorkSearch
  set: (change: { [K in keyof WorkSearch]?: WorkSearch[K] | undefined }) => void
}

const statuses: Record<string, [string, string]> = {
  ok: ['mark good', 'read whole'],
  partial: ['mark warn', 'partly'],
  failed: ['mark bad', 'not read'],
  skipped: ['mark', 'left out'],
}

function Status({ of }: { of: string }) {
  const [tone, word] = statuses[of] ?? ['mark', of]
  return <span className={tone}>{word}</span>
}

function Why({ of }: { of: Coverage }) {
  if (!of.reason) return <span className="soft">–</span>
  const why = explain(of.reason)
  const permissions = of.permissions ?? []
  return (
    <span className="small" title={of.detail ? visible(of.detail) : undefined}>
      {capital(why.what)}
      {permissions.length > 0 ? (
        <>
          {': grant '}
          {permissions.map((p, i) => (
            <span key={p}>
              {i > 0 && ', '}
              <code>{p}</code>
            </span>
          ))}
        </>
      ) : (
        why.next && <span className="soft">; {why.next}</span>
      )}
    </span>
  )
}

const columns: Column<Coverage>[] = [
  { id: 'type', name: 'Type', width: 'minmax(0, 1.2fr)', cell: (c) => typeName(c.type) },
  { id: 'account', name: 'Account', width: '126px', cell: (c) => <span className="small">{visible(c.account)}</span> },
  { id: 'region', name: 'Region', width: '104px', wide: true, cell: (c) => <span className="small">{visible(c.region)}</span> },
  { id: 'status', name: 'Status', width: '104px', cell: (c) => <Status of={c.status} /> },
  { id: 'why', name: 'Why, and what would answer', width: 'minmax(0, 2fr)', wide: true, cell: (c) => <Why of={c} /> },
  { id: 'resources', name: 'Resources', width: '90px', numeric: true, wide: true, cell: (c) => compact(c.resources) },
  { id: 'read', name: 'Tried', width: '122px', wide: true, cell: (c) => <Time at={c.read} /> },
  { id: 'whole', name: 'Known as of', width: '122px', wide: true, cell: (c) => <Time at={c.whole} none="never" /> },
]

export function CoverageTab({ search, set }: TabProps) {
  const accounts = useGet('/api/v1/tally', { by: 'account' })
  const types = useGet('/api/v1/tally', { by: 'type' })
  const list = useList('/api/v1/coverage', { status: search.status, account: search.account, type: search.type } as never, {
    count: true,
  })
  return (
    <div className="stack">
      <Filters>
        <Filter
          name="Status"
          options={Object.entries(statuses).map(([value, [, label]]) => ({ value, label: capital(label) }))}
          value={search.status}
          onChange={(status) => set({ status })}
        />
        <Select
          size="xs"
          w={200}
          aria-label="Account"
          placeholder="All accounts"
          clearable
          searchable
          data={(accounts.data?.items ?? []).map((c) => c.name)}
          value={search.account ?? null}
          onChange={(v) => set({ account: v ?? undefined })}
        />
        <Select
          size="xs"
          w={240}
          aria-label="Type"
          placeholder="All types"
          clearable
          searchable
          data={(types.data?.items ?? []).map((c) => ({ value: c.name, label: typeName(c.name) }))}
          value={search.type ?? null}
          onChange={(v) => set({ type: v ?? undefined })}
        />
      </Filters>
      <DataTable
        name="Coverage"
        list={list}
        columns={columns}
        keyOf={(c) => `${c.cloud}/${c.account}/${c.region}/${c.type}`}
        file="coverage"
        empty={<Empty title="No scope">Nothing was read yet, or nothing fits these filters.</Empty>}
      />
    </div>
  )
}
