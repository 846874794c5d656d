import { Checkbox } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useGet, useList } from '@/api/query'
import type { Identity } from '@/api/types'
import { type Column, DataTable } from '@/components/DataTable'
import { chipsOf, Filter, Filters, Search } from '@/components/Filters'
import { Owner } from '@/components/Owner'
import { Page } from '@/components/Page'
import { Empty } from '@/components/States'
import { Time } from '@/components/Time'
import { useFilters } from '@/lib/filters'
import { capital, visible } from '@/lib/text'
import { lastPart, thingOf } from '@/lib/thing'
import type { IdentitiesSearch } from '@/routes/search'

const kinds = ['user', 'role', 'root', 'oidc-provider', 'saml-provider']

const columns: Column<Identity>[] = [
  {
    id: 'name',
    name: 'Name',
    width: 'minmax(0, 1.8fr)',
    sort: 'name',
    cell: (i) => (
      <span title={visible(i.arn)}>
        {visible(i.name.startsWith('arn:') ? lastPart(i.name) : i.name)} <span className="soft small">{i.kind}</span>
      </span>
    ),
  },
  { id: 'marks', name: 'Power', width: '150px', cell: (i) => <Power of={i} /> },
  {
    id: 'reach',
    name: 'Data stores it reads',
    width: '160px',
    sort: 'reach',
    numeric: true,
    wide: true,
    cell: (i) => <Reach of={i} />,
  },
  { id: 'trust', name: 'Who may take it', width: 'minmax(0, 1.2fr)', wide: true, cell: (i) => <Trusts of={i} /> },
  { id: 'used', name: 'Last used', width: '120px', sort: 'used', wide: true, cell: (i) => <Used of={i} /> },
  { id: 'created', name: 'Age', width: '70px', sort: 'created', wide: true, cell: (i) => <Time at={i.created} as="age" /> },
  {
    id: 'owner',
    name: 'Owner',
    width: '110px',
    wide: true,
    cell: (i) => <Owner of={i.owner} />,
  },
  {
    id: 'account',
    name: 'Account',
    width: '126px',
    wide: true,
    cell: (i) => <span className="small">{visible(i.account)}</span>,
  },
]

function Power({ of }: { of: Identity }) {
  if (of.administrator === true) return <span className="mark bad">administrator</span>
  if (of.administrator === null) return <span className="mark warn">perhaps administrator</span>
  return <span className="soft">limited</span>
}

function Reach({ of }: { of: Identity }) {
  if (of.stores_readable === null || of.stores === null) return <span className="soft">by its roles</span>
  return (
    <span>
      {of.stores_readable} <span className="soft small">of {of.stores}</span>
      {(of.stores_perhaps ?? 0) > 0 && <span className="soft small">, perhaps {of.stores_perhaps}</span>}
    </span>
  )
}

/** Who may take a role, short. */
function trustName(who: string | undefined, kind: string): string {
  if (!who) return kind
  if (who === '*') return 'everyone'
  const thing = thingOf(who)
  return thing.word ? `${thing.word} ${thing.name}` : thing.name
}

const trustsShown = 2

function Trusts({ of }: { of: Identity }) {
  if (of.trusted_by.length === 0) return <span className="soft">{of.kind === 'user' ? 'itself' : '–'}</span>
  return (
    <span className="row tight">
      {of.trusted_by.slice(0, trustsShown).map((t) => (
        <span
          key={`${t.kind}${t.who}`}
          className={t.foreign && !t.conditional ? 'mark bad' : t.foreign ? 'mark warn' : 'mark'}
          title={visible(t.who ?? t.kind)}
        >
          {visible(trustName(t.who, t.kind))}
          {t.foreign && ', outside'}
        </span>
      ))}
      {of.trusted_by.length > trustsShown && <span className="soft small">+{of.trusted_by.length - trustsShown}</span>}
    </span>
  )
}

function Used({ of }: { of: Identity }) {
  if (of.last_used) return <Time at={of.last_used} />
  return of.use === 'unused' ? (
    <span className="mark warn">never</span>
  ) : (
    <span className="soft">{of.use === 'unknown' ? 'not known' : of.use === 'young' ? 'too young to tell' : of.use}</span>
  )
}

export function IdentitiesPage() {
  const [search, set] = useFilters<IdentitiesSearch>()
  const navigate = useNavigate()
  const accounts = useGet('/api/v1/tally', { by: 'account' })
  const list = useList('/api/v1/identities', search as never, { count: true })
  return (
    <Page
      title="Identities"
      about="Users, roles and sign-in providers: what each can reach, who may take it, and whether anybody uses it."
    >
      <Filters
        chips={[
          ...chipsOf('Kind', search.kind, (v) => set({ kind: v }), capital),
          ...chipsOf('Account', search.account, (v) => set({ account: v })),
        ]}
        clear={() => set({ kind: undefined, account: undefined })}
      >
        <Search value={search.text} onChange={(text) => set({ text })} placeholder="Search by ARN or owner" />
        <Filter
          name="Kind"
          options={kinds.map((value) => ({ value, label: capital(value.replace('-', ' ')) }))}
          value={search.kind}
          onChange={(v) => set({ kind: v })}
        />
        <Filter
          name="Account"
          options={(accounts.data?.items ?? []).map((c) => ({ value: c.name }))}
          value={search.account}
          onChange={(v) => set({ account: v })}
        />
        <Checkbox
          size="xs"
          label="Machines only"
          checked={search.machines ?? false}
          onChange={(e) => set({ machines: e.currentTarget.checked ? true : undefined })}
        />
      </Filters>
      <DataTable
        name="Identities"
        list={list}
        columns={columns}
        keyOf={(i) => i.arn}
        sort={search.sort}
        onSort={(sort) => set({ sort })}
        file="identities"
        open={(i) => void navigate({ to: '/access', search: { tab: 'what', principal: i.arn } })}
        empty={<Empty title="No identity">Nothing fits these filters, or none was read.</Empty>}
      />
    </Page>
  )
}
