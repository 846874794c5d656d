import { Select } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useGet, useList } from '@/api/query'
import { DataTable } from '@/components/DataTable'
import { chipsOf, Filter, Filters, Search } from '@/components/Filters'
import { findingColumns } from '@/components/findingColumns'
import { Page } from '@/components/Page'
import { Empty } from '@/components/States'
import { useFilters } from '@/lib/filters'
import { severities } from '@/lib/severity'
import { capital, typeName } from '@/lib/text'
import { type FindingsSearch, findingStates } from '@/routes/search'

const stateNames: Record<string, string> = { excepted: 'Accepted', unproven: 'Unproven', unknown: 'Unknown' }

export function FindingsPage() {
  const [search, set] = useFilters<FindingsSearch>()
  const navigate = useNavigate()
  const list = useList('/api/v1/findings', search as never, { count: true })
  const severity = useGet('/api/v1/open', { by: 'severity' })
  const check = useGet('/api/v1/open', { by: 'check' })
  const account = useGet('/api/v1/open', { by: 'account' })
  const owner = useGet('/api/v1/open', { by: 'owner' })
  const type = useGet('/api/v1/open', { by: 'type' })
  const checks = useGet('/api/v1/checks', undefined, { staleTime: Number.POSITIVE_INFINITY })
  const titles = useMemo(() => new Map((checks.data?.items ?? []).map((c) => [c.id, c.title])), [checks.data])
  const counts = new Map((severity.data?.items ?? []).map((c) => [c.name, c.count]))
  const options = (q: typeof check, label?: (v: string) => string) =>
    (q.data?.items ?? [])
      .filter((c) => c.name !== '')
      .sort((a, b) => b.count - a.count)
      .map((c) => ({ value: c.name, count: c.count, label: label?.(c.name) }))
  return (
    <Page title="Findings" about="What single checks found. Issues and campaigns gather them; here stands every one.">
      <Filters
        chips={[
          ...chipsOf('Severity', search.severity, (v) => set({ severity: v as FindingsSearch['severity'] })),
          ...chipsOf(
            'Check',
            search.check,
            (v) => set({ check: v }),
            (v) => titles.get(v) ?? v,
          ),
          ...chipsOf('Type', search.type, (v) => set({ type: v }), typeName),
          ...chipsOf('Account', search.account, (v) => set({ account: v })),
          ...chipsOf('Owner', search.owner, (v) => set({ owner: v })),
          ...chipsOf('Region', search.region, (v) => set({ region: v })),
          ...chipsOf('Cloud', search.cloud, (v) => set({ cloud: v })),
          ...(search.key
            ? [{ name: 'Of an issue', value: `${search.key.length} findings`, clear: () => set({ key: undefined }) }]
            : []),
        ]}
        clear={() =>
          set({
            severity: undefined,
            check: undefined,
            type: undefined,
            account: undefined,
            owner: undefined,
            region: undefined,
            cloud: undefined,
            key: undefined,
          })
        }
      >
        <Search value={search.text} onChange={(text) => set({ text })} placeholder="Search findings" />
        <Filter
          name="Severity"
          options={severities.map((value) => ({ value, label: capital(value), count: counts.get(value) ?? 0 }))}
          value={search.severity}
          onChange={(v) => set({ severity: v as FindingsSearch['severity'] })}
        />
        <Filter
          name="Check"
          options={options(check, (v) => titles.get(v) ?? v)}
          value={search.check}
          onChange={(v) => set({ check: v })}
        />
        <Filter name="Type" options={options(type, typeName)} value={search.type} onChange={(v) => set({ type: v })} />
        <Filter name="Account" options={options(account)} value={search.account} onChange={(v) => set({ account: v })} />
        <Filter name="Owner" options={options(owner)} value={search.owner} onChange={(v) => set({ owner: v })} />
        <Select
          size="xs"
          w={120}
          aria-label="State"
          data={findingStates.map((value) => ({ value, label: stateNames[value] ?? capital(value) }))}
          value={search.state ?? 'open'}
          allowDeselect={false}
          onChange={(v) => set({ state: v === 'open' ? undefined : (v as FindingsSearch['state']) })}
        />
      </Filters>
      <DataTable
        name="Findings"
        list={list}
        columns={findingColumns}
        keyOf={(f) => f.key}
        open={(f) => void navigate({ to: '/findings/$key', params: { key: f.key } })}
        sort={search.sort}
        onSort={(sort) => set({ sort })}
        file="findings"
        empty={<Empty title="No finding">Nothing fits these filters.</Empty>}
      />
    </Page>
  )
}
