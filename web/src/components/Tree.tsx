import { IconChevronRight, IconHelpCircle } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { explain } from '@/lib/reason'
import { visible } from '@/lib/text'
import { type TreeNode, treeOf, type UnknownAt } from '@/lib/tree'
import './tree.css'

/** A configuration that one can read. What could not be read stands in its place, with why and what would answer. */
export function Tree({ value, unknown }: { value: unknown; unknown: readonly UnknownAt[] }) {
  const nodes = useMemo(() => treeOf(value, unknown), [value, unknown])
  return (
    <ul className="tree">
      {nodes.map((n) => (
        <Branch key={n.path} node={n} depth={0} />
      ))}
    </ul>
  )
}

const openDepth = 2
const openMembers = 12

function Branch({ node, depth }: { node: TreeNode; depth: number }) {
  const members = node.members
  const [open, setOpen] = useState(depth < openDepth && (members?.length ?? 0) <= openMembers)
  if (node.unknown) return <UnknownLine node={node} at={node.unknown} />
  if (!members || members.length === 0) {
    return (
      <li className="tree-line">
        <Name node={node} /> <Value value={members ? (node.list ? '[]' : '{}') : node.value} bare={members !== undefined} />
      </li>
    )
  }
  return (
    <li>
      <button type="button" className="tree-line tree-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} className={open ? 'turned' : undefined} aria-hidden="true" />
        <Name node={node} />
        {!open && <span className="soft small">{node.list ? `${members.length} items` : `${members.length} attributes`}</span>}
      </button>
      {open && (
        <ul>
          {members.map((m) => (
            <Branch key={m.path} node={m} depth={depth + 1} />
          ))}
        </ul>
      )}
    </li>
  )
}

const Name = ({ node }: { node: TreeNode }) => (
  <span className="tree-name">{/^\d+$/.test(node.name) ? `[${node.name}]` : visible(node.name)}</span>
)

function Value({ value, bare }: { value: unknown; bare?: boolean }) {
  if (value === null || value === undefined) return <span className="soft">not set</span>
  if (bare) return <span className="soft">{String(value)}</span>
  if (typeof value === 'boolean') return <span className="mark">{value ? 'yes' : 'no'}</span>
  return <span className="mono">{value === '' ? '""' : visible(String(value))}</span>
}

function UnknownLine({ node, at }: { node: TreeNode; at: UnknownAt }) {
  const why = explain(at.reason)
  return (
    <li className="tree-line tree-unknown">
      <Name node={node} />
      <span className="mark warn">
        <IconHelpCircle size={13} aria-hidden="true" /> unknown
      </span>
      <span className="soft small">
        {why.what}
        {at.permission ? (
          <>
            {'; '}
            <code>{at.permission}</code> would answer
          </>
        ) : (
          why.next && `; ${why.next}`
        )}
      </span>
    </li>
  )
}
