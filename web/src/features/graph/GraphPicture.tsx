import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { GraphAnswer } from '@/api/types'
import { Panel } from '@/components/Page'
import { ThingIcon } from '@/components/ThingIcon'
import { accountOf } from '@/lib/account'
import { layout } from '@/lib/layers'
import { visible } from '@/lib/text'
import { isStart, thingOf } from '@/lib/thing'
import './graph.css'

const most = 120 // nodes; more cannot be read
const [wide, high, nodeWidth, nodeHeight] = [260, 56, 190, 40]

/** The ways as one picture: things that ways share stand once. */
export function GraphPicture({ of }: { of: GraphAnswer }) {
  const navigate = useNavigate()
  const plan = useMemo(() => layout(of.paths, most), [of])
  const place = new Map(plan.placed.map((p) => [p.node, p]))
  const counts = new Map<number, number>()
  for (const p of plan.placed) counts.set(p.layer, (counts.get(p.layer) ?? 0) + 1)
  const x = (layer: number) => 10 + layer * wide
  const y = (layer: number, row: number) => 10 + (row + (plan.rows - (counts.get(layer) ?? 0)) / 2) * high
  const [width, height] = [x(plan.layers - 1) + nodeWidth + 10, 10 + plan.rows * high]
  return (
    <Panel
      aside={
        plan.placed.length < of.nodes.length
          ? `${plan.placed.length} of ${of.nodes.length} things; more could not be read in one picture`
          : undefined
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <div className="scroll-x" tabIndex={0} role="region" aria-label="The ways as a picture">
        <svg
          width={width}
          height={height}
          className="graph-picture"
          role="img"
          aria-label={`${plan.placed.length} things and ${plan.edges.length} steps; the list of ways says the same in words`}
        >
          {plan.edges.map((e) => {
            const [a, b] = [place.get(e.from), place.get(e.to)]
            if (!a || !b) return null
            const [x1, y1, x2, y2] = [
              x(a.layer) + nodeWidth,
              y(a.layer, a.row) + nodeHeight / 2,
              x(b.layer),
              y(b.layer, b.row) + nodeHeight / 2,
            ]
            const bend = Math.max(30, (x2 - x1) / 2)
            return (
              <path
                key={`${e.from} ${e.to} ${e.label}`}
                className={e.sure ? 'edge' : 'edge unsure'}
                d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
              >
                <title>{visible(e.label)}</title>
              </path>
            )
          })}
          {plan.placed.map((p) => {
            const node = of.nodes[p.node]
            if (!node) return null
            const real = !isStart(node.id)
            const thing = thingOf(real ? node.id : '', node.name || node.id)
            const account = node.account ?? accountOf(node.id)
            const name = visible(thing.name)
            return (
              // biome-ignore lint/a11y/noStaticElementInteractions: the list of ways has the same links for keys
              <g
                key={p.node}
                transform={`translate(${x(p.layer)} ${y(p.layer, p.row)})`}
                className={real ? 'node' : 'node start'}
                onClick={() => real && account && void navigate({ to: '/resource', search: { account, id: node.id } })}
              >
                <title>{visible(node.id)}</title>
                <rect width={nodeWidth} height={nodeHeight} rx="6" />
                <svg x="10" y="11" width="18" height="18" aria-hidden="true">
                  <ThingIcon kind={thing.kind} size={18} />
                </svg>
                <text x="36" y={thing.word ? 17 : 24} className="word">
                  {thing.word}
                </text>
                <text x="36" y={thing.word ? 31 : 25}>
                  {name.length > 21 ? `${name.slice(0, 20)}…` : name}
                </text>
              </g>
            )
          })}
        </svg>
      </div>
    </Panel>
  )
}
