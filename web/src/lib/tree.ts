// A configuration as a tree, with what could not be read in its place.

export interface UnknownAt {
  path: string
  reason: string
  permission?: string
  detail?: string
}

export interface TreeNode {
  name: string
  path: string
  /** A text, number, boolean or null; undefined for what has members or is unknown. */
  value?: unknown
  list?: boolean
  members?: TreeNode[]
  unknown?: UnknownAt
}

/** The parts of a path such as rules[2].cidrs. */
export function segments(path: string): string[] {
  return (path.match(/\[[^\]]*\]|"(?:[^"\\]|\\.)*"|[^.[\]]+/g) ?? []).map((s) => (s.startsWith('[') ? s.slice(1, -1) : s))
}

const join = (path: string, name: string, list: boolean): string =>
  list ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`

function node(name: string, path: string, value: unknown, unknowns: { rest: string[]; at: UnknownAt }[]): TreeNode {
  const here = unknowns.find((u) => u.rest.length === 0)
  if (here) return { name, path, unknown: here.at }
  const list = Array.isArray(value)
  if (!list && (typeof value !== 'object' || value === null) && unknowns.length === 0) return { name, path, value }
  const members = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : [])
  for (const u of unknowns) {
    const first = u.rest[0] as string
    if (!members.has(first)) members.set(first, undefined)
  }
  return {
    name,
    path,
    list,
    members: [...members].map(([key, v]) =>
      node(
        key,
        join(path, key, list),
        v,
        unknowns.filter((u) => u.rest[0] === key).map((u) => ({ rest: u.rest.slice(1), at: u.at })),
      ),
    ),
  }
}

export function treeOf(value: unknown, unknowns: readonly UnknownAt[]): TreeNode[] {
  const whole = node(
    '',
    '',
    value,
    unknowns.map((at) => ({ rest: segments(at.path), at })),
  )
  return whole.members ?? (whole.unknown ? [{ ...whole, name: 'everything' }] : [])
}
