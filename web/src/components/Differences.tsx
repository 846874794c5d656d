import type { AttributeChange } from '@/api/types'
import { brief, type Difference, difference } from '@/lib/diff'
import { visible } from '@/lib/text'
import './differences.css'

const join = (a: string, b: string): string => (b === '' ? a : b.startsWith('[') || a === '' ? a + b : `${a}.${b}`)

/** What differs, one line per attribute; where a whole part differs, its own attributes. */
function lines(changes: readonly AttributeChange[]): Difference[] {
  return changes.flatMap((c): Difference[] => {
    if (!('before' in c) || c.before === undefined) return [{ path: c.path, kind: 'added', after: c.after }]
    if (!('after' in c) || c.after === undefined) return [{ path: c.path, kind: 'removed', before: c.before }]
    return difference(c.before, c.after).map((d) => ({ ...d, path: join(c.path, d.path) }))
  })
}

export function Differences({ of, cut }: { of: readonly AttributeChange[]; cut?: boolean }) {
  const list = lines(of)
  if (list.length === 0) return <p className="soft">No attribute differs.</p>
  return (
    <div className="stack tight">
      <ul className="differences">
        {list.map((d) => (
          <li key={d.path}>
            <span className="mono soft">{visible(d.path)}</span>
            <span className="difference">
              {d.kind !== 'added' && (
                <del>
                  <span className="hidden-text">was </span>
                  {visible(brief(d.before))}
                </del>
              )}
              {d.kind === 'changed' && <span aria-hidden="true">→</span>}
              {d.kind !== 'removed' && (
                <ins>
                  <span className="hidden-text">is </span>
                  {visible(brief(d.after))}
                </ins>
              )}
              {d.kind !== 'changed' && <span className="soft small">{d.kind}</span>}
            </span>
          </li>
        ))}
      </ul>
      {cut && <p className="soft small">and more that is not listed</p>}
    </div>
  )
}
