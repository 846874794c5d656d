import { Button } from '@mantine/core'
import { useState } from 'react'
import { save } from '@/api/export'
import type { GraphAnswer, GraphNode, GraphPath } from '@/api/types'
import { Panel } from '@/components/Page'
import { IdLink } from '@/components/Resource'
import { ThingIcon } from '@/components/ThingIcon'
import { visible } from '@/lib/text'
import { isStart, thingOf } from '@/lib/thing'
import './graph.css'

const step = 50

export function GraphPaths({ of }: { of: GraphAnswer }) {
  const [shown, setShown] = useState(step)
  return (
    <Panel flush>
      <ol className="graph-paths">
        {of.paths.slice(0, shown).map((p, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: paths have no name
          <PathRow key={i} path={p} nodes={of.nodes} />
        ))}
      </ol>
      <div className="table-foot soft small">
        {of.paths.length > shown ? (
          <Button size="compact-xs" variant="subtle" onClick={() => setShown(shown + step)}>
            {of.paths.length - shown} more
          </Button>
        ) : (
          <span>All {of.paths.length} shown</span>
        )}
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => save('stance-graph.json', 'application/json', JSON.stringify(of, null, 1))}
        >
          Save as JSON
        </Button>
      </div>
    </Panel>
  )
}

function PathRow({ path, nodes }: { path: GraphPath; nodes: GraphNode[] }) {
  return (
    <li>
      <div className="graph-path">
        {path.nodes.map((at, i) => {
          const node = nodes[at]
          const hop = i > 0 ? path.steps[i - 1] : undefined
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a path may pass a node twice
            <span key={i} className="row tight">
              {hop && (
                <span className={hop.sure ? 'graph-step' : 'graph-step unsure'} title={visible(hop.label || hop.kind)}>
                  {hop.backwards ? '←' : '→'} <span className="small">{visible(hop.kind.replaceAll('-', ' '))}</span>{' '}
                  {!hop.sure && '?'}
                </span>
              )}
              {node && <NodeName node={node} />}
            </span>
          )
        })}
      </div>
      {path.perhaps.length > 0 && <p className="soft small">Not sure: {path.perhaps.map(visible).join('; ')}</p>}
    </li>
  )
}

function NodeName({ node }: { node: GraphNode }) {
  const thing = thingOf(isStart(node.id) ? '' : node.id, node.name || node.id)
  return (
    <span className="graph-node">
      <ThingIcon kind={thing.kind} size={14} />
      {thing.word && <span className="soft">{thing.word} </span>}
      {thing.id === '' ? (
        visible(thing.name)
      ) : (
        <IdLink id={node.id} accounts={node.account ? [node.account] : undefined}>
          {visible(thing.name)}
        </IdLink>
      )}
      {!node.read && thing.id !== '' && <span className="mark warn">not read</span>}
    </span>
  )
}
