import { Button, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, useEffect, useState } from 'react'
import { send } from '@/api/client'
import { keyOf, useGet } from '@/api/query'
import type { SavedQuery } from '@/api/types'
import { Page, Panel } from '@/components/Page'
import { Answer, Empty } from '@/components/States'
import { useFilters } from '@/lib/filters'
import type { GraphSearch } from '@/routes/search'
import { GraphPaths } from './GraphPaths'
import { GraphPicture } from './GraphPicture'

/** name=value pairs of an address as an object. */
export function paramsOf(pairs: readonly string[] | undefined): Record<string, string> {
  return Object.fromEntries(
    (pairs ?? [])
      .map((p) => [p.slice(0, Math.max(p.indexOf('='), 0)), p.slice(p.indexOf('=') + 1)])
      .filter(([name]) => name !== ''),
  )
}

export function GraphPage() {
  const [search, set] = useFilters<GraphSearch>()
  const saved = useGet('/api/v1/queries', undefined, { staleTime: Number.POSITIVE_INFINITY })
  const params = paramsOf(search.param)
  const answer = useQuery({
    queryKey: keyOf('/api/v1/graph', {}, { query: search.query, params }),
    queryFn: () => send('post', '/api/v1/graph', { body: { query: search.query ?? '', params } }),
    enabled: !!search.query,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })
  return (
    <Page title="Graph" about="Ask for ways through resources, relations and steps of attackers.">
      <Ask
        search={search}
        saved={saved.data?.items ?? []}
        ask={(query, param) => set({ query: query || undefined, param: param.length > 0 ? param : undefined })}
      />
      {search.query ? (
        <Answer of={answer}>{(data) => <Result of={data} />}</Answer>
      ) : (
        <Empty title="Choose a saved question, or write one">
          For example <code>{'internet -> * -> datastore where data.class = restricted'}</code>
        </Empty>
      )}
    </Page>
  )
}

interface AskProps {
  search: GraphSearch
  saved: SavedQuery[]
  ask: (query: string, params: string[]) => void
}

function Ask({ search, saved, ask }: AskProps) {
  const [query, setQuery] = useState(search.query ?? '')
  const [params, setParams] = useState(() => paramsOf(search.param))
  useEffect(() => setQuery(search.query ?? ''), [search.query])
  const chosen = saved.find((s) => s.query.trim() === query.trim())
  const needed = [...new Set([...query.matchAll(/\$([A-Za-z_]\w*)/g)].map((m) => m[1] as string))]
  const run = (text: string) =>
    ask(
      text.trim(),
      [...new Set([...text.matchAll(/\$([A-Za-z_]\w*)/g)].map((m) => m[1] as string))]
        .filter((n) => params[n])
        .map((n) => `${n}=${params[n]}`),
    )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run(query)
  }
  const choose = (name: string | null) => {
    const s = saved.find((q) => q.name === name)
    if (!s) return
    setQuery(s.query.trim())
    if (s.params.every((p) => p.default != null)) ask(s.query.trim(), [])
  }
  return (
    <Panel>
      <form onSubmit={submit} className="stack tight">
        <Select
          size="xs"
          label="Saved questions"
          placeholder="Choose one"
          searchable
          data={saved.map((s) => ({ value: s.name, label: s.title || s.name }))}
          value={chosen?.name ?? null}
          onChange={choose}
          maxDropdownHeight={320}
        />
        <Textarea
          size="xs"
          label="Question"
          data-search
          autosize
          minRows={2}
          maxRows={10}
          maxLength={4000}
          value={query}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mono)' } }}
          onChange={(e) => setQuery(e.currentTarget.value)}
          onKeyDown={(e: KeyboardEvent) => {
            if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) {
              e.preventDefault()
              run(query)
            }
          }}
        />
        <div className="row">
          {needed.map((name) => {
            const p = chosen?.params.find((q) => q.name === name)
            return (
              <TextInput
                key={name}
                size="xs"
                aria-label={name}
                placeholder={p?.default ?? p?.about ?? name}
                leftSectionWidth={90}
                leftSection={<span className="small soft">${name}</span>}
                value={params[name] ?? ''}
                onChange={(e) => setParams({ ...params, [name]: e.currentTarget.value })}
              />
            )
          })}
          <Button type="submit" size="xs" disabled={query.trim() === ''}>
            Ask
          </Button>
          <span className="soft small wide-only">Ctrl+Enter asks</span>
        </div>
      </form>
    </Panel>
  )
}

function Result({ of }: { of: Awaited<ReturnType<typeof send<'/api/v1/graph', 'post'>>> }) {
  const [as, setAs] = useState('Ways')
  if (of.paths.length === 0)
    return (
      <Empty title="Nothing fits">
        {of.stopped
          ? 'The search was given up, so nobody knows. Ask more narrowly.'
          : 'No way in what was read fits the question.'}
      </Empty>
    )
  return (
    <div className="stack">
      <div className="row spread">
        <span>
          {of.paths.length} {of.paths.length === 1 ? 'way' : 'ways'} over {of.nodes.length} things
          {of.more && <span className="soft">, and more</span>}
          {of.stopped && <span className="mark warn">the search was given up: not all ways are known</span>}
          {of.hidden > 0 && <span className="soft"> · {of.hidden} lead over what you do not see</span>}
        </span>
        <SegmentedControl size="xs" aria-label="Shown as" data={['Ways', 'Picture']} value={as} onChange={setAs} />
      </div>
      {as === 'Ways' ? <GraphPaths of={of} /> : <GraphPicture of={of} />}
    </div>
  )
}
