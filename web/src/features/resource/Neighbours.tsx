import { Button } from '@mantine/core'
import type { RelationEdge } from '@/api/types'
import { Panel } from '@/components/Page'
import { ThingName } from '@/components/Resource'
import { Empty } from '@/components/States'
import { ThingIcon } from '@/components/ThingIcon'
import { visible } from '@/lib/text'
import { thingOf } from '@/lib/thing'
import './neighbours.css'

const shownEach = 12

/** What points at a resource on the left, what it points at on the right, by kind. */
export function Neighbours({
  of,
  edges,
  more,
}: {
  of: { account: string; id: string }
  edges: RelationEdge[]
  more: (() => void) | undefined
}) {
  if (edges.length === 0) return <Empty title="It stands alone">No relation leads to it or from it.</Empty>
  const incoming = group(
    edges.filter((e) => e.to === of.id && e.from.id !== of.id),
    (e) => e.from.id,
  )
  const outgoing = group(
    edges.filter((e) => e.from.id === of.id),
    (e) => e.to,
  )
  const thing = thingOf(of.id)
  return (
    <Panel
      title="Relations"
      aside={
        more && (
          <Button size="compact-xs" variant="subtle" onClick={more}>
            Read more relations
          </Button>
        )
      }
    >
      <div className="neighbours">
        <Side groups={incoming} name="Points at it" />
        <div className="neighbour-self">
          <span className="neighbour-circle">
            <ThingIcon kind={thing.kind} size={22} />
          </span>
          <b>{visible(thing.name)}</b>
        </div>
        <Side groups={outgoing} name="It points at" />
      </div>
    </Panel>
  )
}

function group(edges: RelationEdge[], idOf: (e: RelationEdge) => string): [string, string[]][] {
  const kinds = new Map<string, string[]>()
  for (const e of edges) kinds.set(e.kind, [...(kinds.get(e.kind) ?? []), idOf(e)])
  return [...kinds].sort(([a], [b]) => a.localeCompare(b))
}

function Side({ groups, name }: { groups: [string, string[]][]; name: string }) {
  return (
    <section className="stack tight" aria-label={name}>
      <h3>{name}</h3>
      {groups.length === 0 && <p className="soft">Nothing that was read</p>}
      {groups.map(([kind, ids]) => (
        <div key={kind} className="neighbour-group">
          <span className="mark">{kind.replaceAll('-', ' ')}</span>
          <ul>
            {ids.slice(0, shownEach).map((id) => (
              <li key={id}>
                <ThingName id={id} />
              </li>
            ))}
            {ids.length > shownEach && <li className="soft small">and {ids.length - shownEach} more</li>}
          </ul>
        </div>
      ))}
    </section>
  )
}
