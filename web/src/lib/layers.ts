// Places nodes of ways in layers from left to right, for a picture.

export interface Placed {
  node: number
  layer: number
  row: number
}

export interface Edge {
  from: number
  to: number
  sure: boolean
  label: string
}

export interface Layout {
  placed: Placed[]
  edges: Edge[]
  layers: number
  rows: number
}

interface PathLike {
  nodes: readonly number[]
  steps: readonly { sure: boolean; backwards: boolean; label?: string; kind: string }[]
}

/** The layer of a node is the latest place it has on any way; rows keep the order of first sight. */
export function layout(paths: readonly PathLike[], most: number): Layout {
  const layer = new Map<number, number>()
  const edges = new Map<string, Edge>()
  for (const p of paths) {
    if (layer.size + p.nodes.filter((n) => !layer.has(n)).length > most) continue
    for (const [i, n] of p.nodes.entries()) {
      layer.set(n, Math.max(layer.get(n) ?? 0, i))
      const before = p.nodes[i - 1]
      const step = p.steps[i - 1]
      if (before === undefined || !step || before === n) continue
      edges.set(`${before} ${n} ${step.kind}`, { from: before, to: n, sure: step.sure, label: step.label || step.kind })
    }
  }
  const next = new Map<number, number>()
  const placed = [...layer].map(([node, at]): Placed => {
    const row = next.get(at) ?? 0
    next.set(at, row + 1)
    return { node, layer: at, row }
  })
  return { placed, edges: [...edges.values()], layers: Math.max(0, ...layer.values()) + 1, rows: Math.max(0, ...next.values()) }
}
