import { Select } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useGet, useList } from '@/api/query'
import type { Issue } from '@/api/types'
import { type Column, DataTable } from '@/components/DataTable'
import { chipsOf, Filter, Filters, Search } from '@/components/Filters'
import { Owner } from '@/components/Owner'
import { Page } from '@/components/Page'
import { Score } from '@/components/Severity'
import { Empty } from '@/components/States'
import { Time } from '@/components/Time'
import { WayLine } from '@/components/Way'
import { useFilters } from '@/lib/filters'
import { severities } from '@/lib/severity'
import { capital, visible } from '@/lib/text'
import { className, wayOf } from '@/lib/way'
import { type IssuesSearch, issueStates } from '@/routes/search'

const classes = ['account-admin', 'restricted-data', 'confidential-data', 'internal-data', 'unclassified-data', 'compute']

const columns: Column<Issue>[] = [
  {
    id: 'score',
    name: 'Score',
    width: '118px',
    sort: 'score',
    cell: (i) => <Score value={i.score.value} band={i.score.band} low={i.score.low} high={i.score.high} />,
  },
  {
    id: 'way',
    name: 'Way of an attacker',
    width: 'minmax(0, 3fr)',
    sort: 'title',
    cell: (i) => (
      <div className="clamp">
        <WayLine way={wayOf(i.path)} />
        {i.targets > 1 && <span className="soft"> and {i.targets - 1} more</span>}
      </div>
    ),
  },
  { id: 'class', name: 'Reaches', width: '150px', wide: true, cell: (i) => className(i.class) },
  {
    id: 'owner',
    name: 'Owner',
    width: '110px',
    wide: true,
    cell: (i) => <Owner of={i.owner} />,
  },
  {
    id: 'environment',
    name: 'Environment',
    width: '110px',
    wide: true,
    cell: (i) => (i.environment ? visible(i.environment) : <span className="soft">–</span>),
  },
  { id: 'due', name: 'Due', width: '100px', sort: 'due', wide: true, cell: (i) => <Time at={i.due} /> },
  { id: 'since', name: 'Since', width: '116px', sort: 'since', wide: true, cell: (i) => <Time at={i.since} /> },
]

export function IssuesPage() {
  const [search, set] = useFilters<IssuesSearch>()
  const navigate = useNavigate()
  const accounts = useGet('/api/v1/tally', { by: 'account' })
  const owners = useGet('/api/v1/open', { by: 'owner' })
  const list = useList('/api/v1/issues', search as never, { count: true })
  return (
    <Page title="Issues" about="Ways of an attacker to something of value, worst first. A fix cuts a way at one of its steps.">
      <Filters
        chips={[
          ...chipsOf('Severity', search.band, (band) => set({ band: band as IssuesSearch['band'] })),
          ...chipsOf('Reaches', search.class, (v) => set({ class: v }), className),
          ...chipsOf('Account', search.account, (account) => set({ account })),
          ...chipsOf('Owner', search.owner, (owner) => set({ owner })),
          ...chipsOf('Environment', search.environment, (environment) => set({ environment })),
        ]}
        clear={() => set({ band: undefined, class: undefined, account: undefined, owner: undefined, environment: undefined })}
      >
        <Search value={search.text} onChange={(text) => set({ text })} placeholder="Search issues" />
        <Filter
          name="Severity"
          options={severities.map((value) => ({ value, label: capital(value) }))}
          value={search.band}
          onChange={(band) => set({ band: band as IssuesSearch['band'] })}
        />
        <Filter
          name="Reaches"
          options={classes.map((value) => ({ value, label: className(value) }))}
          value={search.class}
          onChange={(v) => set({ class: v })}
        />
        <Filter
          name="Account"
          options={(accounts.data?.items ?? []).map((c) => ({ value: c.name, count: c.count }))}
          value={search.account}
          onChange={(account) => set({ account })}
        />
        <Filter
          name="Owner"
          options={(owners.data?.items ?? []).filter((c) => c.name !== '').map((c) => ({ value: c.name, count: c.count }))}
          value={search.owner}
          onChange={(owner) => set({ owner })}
        />
        <Select
          size="xs"
          w={120}
          aria-label="State"
          data={issueStates.map((value) => ({ value, label: value === 'excepted' ? 'Accepted' : capital(value) }))}
          value={search.state ?? 'open'}
          onChange={(v) => set({ state: v === 'open' ? undefined : (v as IssuesSearch['state']) })}
          allowDeselect={false}
        />
      </Filters>
      <DataTable
        name="Issues"
        list={list}
        columns={columns}
        keyOf={(i) => i.key}
        open={(i) => void navigate({ to: '/issues/$key', params: { key: i.key } })}
        sort={search.sort}
        onSort={(sort) => set({ sort })}
        file="issues"
        empty={
          <Empty title="No issue">
            Nothing fits these filters. In what was read there is no other way of an attacker to something of value.
          </Empty>
        }
      />
    </Page>
  )
}
