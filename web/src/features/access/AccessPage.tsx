import { Button, Tabs, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import { useGet } from '@/api/query'
import { Page, Panel } from '@/components/Page'
import { Answer, Empty } from '@/components/States'
import { useFilters } from '@/lib/filters'
import type { AccessSearch } from '@/routes/search'
import { ExplainView, HoldersView, PermissionsView } from './AccessViews'

type Field = 'principal' | 'action' | 'resource' | 'service'
type Tab = NonNullable<AccessSearch['tab']>

const fields: Record<Tab, Field[]> = {
  who: ['action', 'resource'],
  what: ['principal', 'service'],
  explain: ['principal', 'action', 'resource'],
}
const labels: Record<Field, [string, string]> = {
  principal: ['Who', 'ARN or name of a user or role'],
  action: ['Action', 's3:GetObject'],
  resource: ['Resource', 'arn:aws:s3:::bucket/*'],
  service: ['Service', 'all, or one such as s3'],
}

export function AccessPage() {
  const [search, set] = useFilters<AccessSearch>()
  const tab = search.tab ?? 'who'
  return (
    <Page
      title="Access explorer"
      about="Who may do what, decided from every policy layer that was read. What hangs on a condition says so, and what was not read is unknown."
    >
      <Tabs value={tab} onChange={(v) => set({ tab: v === 'who' ? undefined : (v as Tab) })} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="who">Who can</Tabs.Tab>
          <Tabs.Tab value="what">What can</Tabs.Tab>
          <Tabs.Tab value="explain">Explain</Tabs.Tab>
        </Tabs.List>
      </Tabs>
      <Question key={tab} tab={tab} search={search} ask={set} />
      {tab === 'who' && <Who search={search} />}
      {tab === 'what' && <What search={search} />}
      {tab === 'explain' && <Explain search={search} />}
    </Page>
  )
}

function Question({ tab, search, ask }: { tab: Tab; search: AccessSearch; ask: (change: AccessSearch) => void }) {
  const [draft, setDraft] = useState<AccessSearch>(search)
  useEffect(() => setDraft(search), [search])
  const send = (event: FormEvent) => {
    event.preventDefault()
    ask(Object.fromEntries(fields[tab].map((f) => [f, draft[f]?.trim() || undefined])))
  }
  return (
    <Panel>
      <form onSubmit={send} className="access-form">
        {fields[tab].map((f, i) => (
          <TextInput
            key={f}
            size="xs"
            className="grow"
            label={labels[f][0]}
            placeholder={labels[f][1]}
            required={f !== 'service'}
            value={draft[f] ?? ''}
            maxLength={2000}
            data-search={i === 0 ? true : undefined}
            onChange={(e) => setDraft({ ...draft, [f]: e.currentTarget.value })}
          />
        ))}
        <Button size="xs" type="submit">
          Ask
        </Button>
      </form>
    </Panel>
  )
}

const ready = (search: AccessSearch, ...names: Field[]): boolean => names.every((n) => !!search[n])
const slow = { staleTime: 60_000, refetchOnWindowFocus: false }

function Who({ search }: { search: AccessSearch }) {
  const enabled = ready(search, 'action', 'resource')
  const answer = useGet('/api/v1/access/who-can', { action: search.action ?? '', resource: search.resource ?? '' } as never, {
    enabled,
    ...slow,
  })
  if (!enabled) return <Empty title="Name an action and a resource">The answer lists everyone who may do it, and why.</Empty>
  return (
    <Answer of={answer}>
      {(data) => <HoldersView of={data} action={search.action ?? ''} resource={search.resource ?? ''} />}
    </Answer>
  )
}

function What({ search }: { search: AccessSearch }) {
  const enabled = ready(search, 'principal')
  const answer = useGet('/api/v1/access/what-can', { principal: search.principal ?? '', service: search.service } as never, {
    enabled,
    ...slow,
  })
  if (!enabled) return <Empty title="Name a user or role">The answer lists what it may do, by service and resource.</Empty>
  return <Answer of={answer}>{(data) => <PermissionsView of={data} />}</Answer>
}

function Explain({ search }: { search: AccessSearch }) {
  const enabled = ready(search, 'principal', 'action', 'resource')
  const answer = useGet(
    '/api/v1/access/explain',
    { principal: search.principal ?? '', action: search.action ?? '', resource: search.resource ?? '' } as never,
    { enabled, ...slow },
  )
  if (!enabled)
    return (
      <Empty title="Name who, what and where">
        The answer says whether it is allowed, and shows everything that was weighed.
      </Empty>
    )
  return <Answer of={answer}>{(data) => <ExplainView of={data} />}</Answer>
}
