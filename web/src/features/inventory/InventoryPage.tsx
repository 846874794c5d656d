import { Checkbox, Select } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useGet, useList } from '@/api/query'
import type { Resource } from '@/api/types'
import { type Column, DataTable } from '@/components/DataTable'
import { chipsOf, Filter, Filters, Search } from '@/components/Filters'
import { Owner } from '@/components/Owner'
import { Page } from '@/components/Page'
import { SeverityIcon } from '@/components/Severity'
import { Empty } from '@/components/States'
import { Time } from '@/components/Time'
import { useFilters } from '@/lib/filters'
import { compact } from '@/lib/number'
import { severities } from '@/lib/severity'
import { capital, cloudName, typeName, visible } from '@/lib/text'
import type { InventorySearch } from '@/routes/search'

const columns: Column<Resource>[] = [
  {
    id: 'name',
    name: 'Name',
    width: 'minmax(0, 2fr)',
    sort: 'name',
    cell: (r) => (
      <span className="clamp" title={visible(r.id)}>
        {visible(r.name || r.id)}
      </span>
    ),
  },
  { id: 'type', name: 'Type', width: 'minmax(0, 1.1fr)', sort: 'type', cell: (r) => typeName(r.type) },
  {
    id: 'account',
    name: 'Account',
    width: '130px',
    sort: 'account',
    wide: true,
    cell: (r) => <span className="small">{visible(r.account)}</span>,
  },
  { id: 'region', name: 'Region', width: '110px', wide: true, cell: (r) => <span className="small">{visible(r.region)}</span> },
  {
    id: 'owner',
    name: 'Owner',
    width: '110px',
    wide: true,
    cell: (r) => <Owner of={r.owner} />,
  },
  { id: 'marks', name: '', width: '150px', wide: true, cell: (r) => <Marks of={r} /> },
  { id: 'failing', name: 'Open findings', width: '176px', sort: 'failing', wide: true, cell: (r) => <Failing of={r.failing} /> },
  { id: 'changed', name: 'Changed', width: '116px', sort: 'changed', wide: true, cell: (r) => <Time at={r.changed} /> },
]

function Marks({ of }: { of: Resource }) {
  return (
    <span className="row tight">
      {of.public && <span className="mark bad">public</span>}
      {of.data_class && <span className="mark">{visible(of.data_class)}</span>}
      {of.gone && <span className="mark">gone</span>}
    </span>
  )
}

/** Open findings by severity; the word of each is read by readers of screens. */
export function Failing({ of }: { of: Record<string, number> }) {
  const some = severities.filter((s) => (of[s] ?? 0) > 0)
  if (some.length === 0) return <span className="soft">none</span>
  return (
    <span className="row tight">
      {some.map((s) => (
        <span key={s} className={`row tight s-${s}`} title={`${of[s]} ${s}`}>
          <SeverityIcon severity={s} />
          <span className="hidden-text">{s}</span>
          <span className="small">{of[s]}</span>
        </span>
      ))}
    </span>
  )
}

export function InventoryPage() {
  const [search, set] = useFilters<InventorySearch>()
  const navigate = useNavigate()
  const clouds = useGet('/api/v1/tally', { by: 'cloud' })
  const accounts = useGet('/api/v1/tally', { by: 'account' })
  const types = useGet('/api/v1/tally', { by: 'type' })
  const regions = useGet('/api/v1/tally', { by: 'region' })
  const owners = useGet('/api/v1/open', { by: 'owner' })
  const list = useList('/api/v1/resources', search as never)
  const filtered = Object.keys(search).some((k) => k !== 'sort')
  const all = (clouds.data?.items ?? []).reduce((n, c) => n + c.count, 0)
  const options = (items: { name: string; count: number }[] | undefined, label?: (v: string) => string) =>
    (items ?? [])
      .filter((c) => c.name !== '')
      .sort((a, b) => b.count - a.count)
      .map((c) => ({ value: c.name, count: c.count, label: label?.(c.name) }))
  return (
    <Page
      title="Inventory"
      about={
        clouds.data
          ? `${compact(all)} resources in ${compact(accounts.data?.items.length ?? 0)} accounts, of ${compact(types.data?.items.length ?? 0)} types`
          : undefined
      }
    >
      <Filters
        chips={[
          ...chipsOf('Cloud', search.cloud, (v) => set({ cloud: v }), cloudName),
          ...chipsOf('Type', search.type, (v) => set({ type: v }), typeName),
          ...chipsOf('Account', search.account, (v) => set({ account: v })),
          ...chipsOf('Region', search.region, (v) => set({ region: v })),
          ...chipsOf('Owner', search.owner, (v) => set({ owner: v })),
          ...chipsOf('Environment', search.environment, (v) => set({ environment: v })),
        ]}
        clear={() =>
          set({
            cloud: undefined,
            type: undefined,
            account: undefined,
            region: undefined,
            owner: undefined,
            environment: undefined,
          })
        }
      >
        <Search value={search.text} onChange={(text) => set({ text })} placeholder="Search by name or id" />
        <Filter
          name="Type"
          options={options(types.data?.items, typeName)}
          value={search.type}
          onChange={(v) => set({ type: v })}
        />
        <Filter
          name="Cloud"
          options={options(clouds.data?.items, cloudName)}
          value={search.cloud}
          onChange={(v) => set({ cloud: v })}
        />
        <Filter
          name="Account"
          options={options(accounts.data?.items)}
          value={search.account}
          onChange={(v) => set({ account: v })}
        />
        <Filter name="Region" options={options(regions.data?.items)} value={search.region} onChange={(v) => set({ region: v })} />
        <Filter name="Owner" options={options(owners.data?.items)} value={search.owner} onChange={(v) => set({ owner: v })} />
        <Select
          size="xs"
          w={170}
          aria-label="Open findings"
          placeholder="Any findings"
          clearable
          data={severities.map((value) => ({ value, label: `${capital(value)} or worse` }))}
          value={search.failing ?? null}
          onChange={(v) => set({ failing: (v ?? undefined) as InventorySearch['failing'] })}
        />
        <Checkbox
          size="xs"
          label="Public only"
          checked={search.public ?? false}
          onChange={(e) => set({ public: e.currentTarget.checked ? true : undefined })}
        />
      </Filters>
      <DataTable
        name="Resources"
        list={filtered || all === 0 ? list : { ...list, total: list.total ?? all }}
        columns={columns}
        keyOf={(r) => `${r.account} ${r.id}`}
        sort={search.sort}
        onSort={(sort) => set({ sort })}
        file="resources"
        open={(r) => void navigate({ to: '/resource', search: { account: r.account, id: r.id } })}
        empty={
          <Empty title="No resource">
            {filtered ? 'Nothing fits these filters.' : 'Nothing was read yet. The ledger under Jobs & coverage says why.'}
          </Empty>
        }
      />
    </Page>
  )
}
