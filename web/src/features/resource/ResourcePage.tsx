import { Tabs } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useGet, useList } from '@/api/query'
import { DataTable } from '@/components/DataTable'
import { findingColumns } from '@/components/findingColumns'
import { Page, Panel } from '@/components/Page'
import { Answer, Empty, Failed, Loading } from '@/components/States'
import { ThingIcon } from '@/components/ThingIcon'
import { Tree } from '@/components/Tree'
import { useFilters } from '@/lib/filters'
import { typeName } from '@/lib/text'
import { thingOf } from '@/lib/thing'
import type { ResourceSearch } from '@/routes/search'
import { History } from './History'
import { Neighbours } from './Neighbours'
import { type Body, ResourceFacts } from './ResourceFacts'

export function ResourcePage() {
  const { account, id } = useSearch({ strict: false }) as ResourceSearch
  const [search, set] = useFilters<ResourceSearch>()
  const resource = useGet('/api/v1/resource', { account, id }, { enabled: id !== '' })
  if (id === '')
    return (
      <Empty title="No resource is named">
        Choose one in the <Link to="/inventory">inventory</Link>.
      </Empty>
    )
  const r = resource.data
  const body = (r?.body ?? {}) as Body
  const tab = search.tab ?? 'config'
  return (
    <Page
      title={r?.name || thingOf(id).name}
      above={<Link to="/inventory">Inventory</Link>}
      about={r ? typeName(r.type) : undefined}
      mark={<ThingIcon kind={thingOf(id).kind} size={22} />}
    >
      <Answer of={resource} lines={10}>
        {(data) => (
          <>
            <ResourceFacts of={data} body={body} />
            <Tabs
              value={tab}
              onChange={(v) => set({ tab: v === 'config' ? undefined : (v as ResourceSearch['tab']) })}
              keepMounted={false}
            >
              <Tabs.List mb="md">
                <Tabs.Tab value="config">Configuration</Tabs.Tab>
                <Tabs.Tab value="findings">Findings</Tabs.Tab>
                <Tabs.Tab value="relations">Relations</Tabs.Tab>
                <Tabs.Tab value="history">History</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="config">
                <Configuration body={body} />
              </Tabs.Panel>
              <Tabs.Panel value="findings">
                <FindingsOf account={account} id={id} />
              </Tabs.Panel>
              <Tabs.Panel value="relations">
                <RelationsOf account={account} id={id} />
              </Tabs.Panel>
              <Tabs.Panel value="history">
                <HistoryOf account={account} id={id} />
              </Tabs.Panel>
            </Tabs>
          </>
        )}
      </Answer>
    </Page>
  )
}

function Configuration({ body }: { body: Body }) {
  const unknown = (body.unknown ?? []).map((u) => u)
  return (
    <div className="columns">
      <Panel
        title="Configuration"
        aside={
          unknown.length > 0
            ? `${unknown.length} ${unknown.length === 1 ? 'attribute' : 'attributes'} not known`
            : 'all of it was read'
        }
      >
        <Tree value={body.config ?? {}} unknown={unknown} />
      </Panel>
      <div className="stack">
        <Panel title="Tags">
          {body.tags && Object.keys(body.tags).length > 0 ? (
            <Tree value={body.tags} unknown={[]} />
          ) : (
            <p className="soft">None</p>
          )}
        </Panel>
        {body.facets && Object.keys(body.facets).length > 0 && (
          <Panel title="What it is to checks of every cloud">
            <Tree value={body.facets} unknown={[]} />
          </Panel>
        )}
      </div>
    </div>
  )
}

interface Key {
  account: string
  id: string
}

function FindingsOf(key: Key) {
  const navigate = useNavigate()
  const list = useList('/api/v1/resource/findings', key)
  return (
    <DataTable
      name="Findings"
      list={list}
      columns={findingColumns.filter((c) => c.id !== 'resource' && c.id !== 'account').map(({ sort: _, ...c }) => c)}
      keyOf={(f) => f.key}
      file="resource-findings"
      open={(f) => void navigate({ to: '/findings/$key', params: { key: f.key } })}
      empty={<Empty title="Nothing is wrong with it">No check fails on it, or none judges it.</Empty>}
    />
  )
}

function RelationsOf(key: Key) {
  const list = useList('/api/v1/resource/relations', { ...key, limit: 200 })
  if (list.isPending) return <Loading />
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />
  return <Neighbours of={key} edges={list.rows} more={list.more} />
}

function HistoryOf(key: Key) {
  const list = useList('/api/v1/resource/versions', { ...key, limit: 30 })
  if (list.isPending) return <Loading />
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />
  return <History versions={list.rows} more={list.more} />
}
