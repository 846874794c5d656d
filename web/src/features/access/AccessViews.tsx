import { Link } from '@tanstack/react-router'
import type { Answer } from '@/api/client'
import type { Holder } from '@/api/types'
import { Facts, Panel } from '@/components/Page'
import { Empty } from '@/components/States'
import { Time } from '@/components/Time'
import { counted } from '@/lib/number'
import { explain } from '@/lib/reason'
import { visible } from '@/lib/text'
import { lastPart } from '@/lib/thing'
import './access.css'

const outcomes: Record<string, [string, string]> = {
  allow: ['mark bad', 'allowed'],
  'deny-explicit': ['mark good', 'denied by a statement'],
  'deny-implicit': ['mark good', 'not allowed'],
  conditional: ['mark warn', 'on a condition'],
  unknown: ['mark warn', 'unknown'],
}

function Outcome({ of }: { of: string }) {
  const [tone, word] = outcomes[of] ?? ['mark', of]
  return <span className={tone}>{word}</span>
}

function By({ of }: { of: Holder['by'] }) {
  if (!of.layer) return <span className="soft">–</span>
  return (
    <span>
      {of.layer.replaceAll('-', ' ')}
      {of.policy && (
        <span className="soft" title={visible(of.policy)}>
          {' '}
          {visible(lastPart(of.policy))}
        </span>
      )}
      {of.sid && <code> {visible(of.sid)}</code>}
    </span>
  )
}

export function HoldersView({
  of,
  action,
  resource,
}: {
  of: Answer<'/api/v1/access/who-can'>
  action: string
  resource: string
}) {
  if (of.items.length === 0) {
    return (
      <Empty title={`Nobody may do ${action}`}>
        Of those that were read, nobody may do it on {visible(resource)}.
        {of.hidden > 0 && ` ${counted(of.hidden, 'more')} may whom you do not see.`}
      </Empty>
    )
  }
  return (
    <Panel
      title={`${counted(of.items.length, 'holder')} of ${action}`}
      aside={
        <>
          as of <Time at={of.known} />
        </>
      }
      flush
    >
      <div className="scroll-x">
        <table className="simple access">
          <thead>
            <tr>
              <th>Who</th>
              <th>Answer</th>
              <th className="wide-only">By</th>
              <th className="wide-only">Condition</th>
              <th className="hidden-text">Why</th>
            </tr>
          </thead>
          <tbody>
            {of.items.map((h) => (
              <tr key={h.principal}>
                <td>
                  <Link to="/access" search={{ tab: 'what', principal: h.principal }} title={visible(h.principal)}>
                    {visible(lastPart(h.principal))}
                  </Link>{' '}
                  <span className="soft small">
                    {h.kind} {h.account && visible(h.account)}
                  </span>
                  {h.outside && <span className="mark bad">outside</span>}
                </td>
                <td>
                  <Outcome of={h.outcome} />
                </td>
                <td className="wide-only">
                  <By of={h.by} />
                </td>
                <td className="wide-only small">{h.residue ? visible(h.residue) : <span className="soft">none</span>}</td>
                <td className="num">
                  <Link to="/access" search={{ tab: 'explain', principal: h.principal, action, resource }}>
                    Why
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {of.hidden > 0 && <p className="table-foot soft small">and {counted(of.hidden, 'more')} whom you do not see</p>}
    </Panel>
  )
}

export function PermissionsView({ of }: { of: Answer<'/api/v1/access/what-can'> }) {
  if (of.items.length === 0) return <Empty title="It may do nothing">No policy that was read allows it anything.</Empty>
  return (
    <Panel
      title={visible(of.principal)}
      aside={
        <>
          as of <Time at={of.known} />
        </>
      }
      flush
    >
      <div className="scroll-x">
        <table className="simple access">
          <thead>
            <tr>
              <th>Service</th>
              <th>May</th>
              <th>On</th>
              <th className="wide-only">Answer</th>
              <th className="wide-only">By</th>
            </tr>
          </thead>
          <tbody>
            {of.items.map((p, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a service and resource may stand several times
              <tr key={i}>
                <td className="strong">{p.service}</td>
                <td>
                  {p.all_of_service ? <span className="mark bad">everything</span> : <span>{p.levels.join(', ')}</span>}
                  <span className="soft small block clamp" title={p.actions.join(', ')}>
                    {p.actions.join(', ')}
                  </span>
                </td>
                <td className="small">{visible(p.resource)}</td>
                <td className="wide-only">
                  <Outcome of={p.outcome} />
                  {p.terms && <span className="soft small block">{visible(p.terms)}</span>}
                </td>
                <td className="wide-only small">{visible(p.by)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

export function ExplainView({ of }: { of: Answer<'/api/v1/access/explain'> }) {
  return (
    <div className="columns">
      <Panel title="What was weighed" aside={counted(of.trace.length, 'line')}>
        <ol className="trace">
          {of.trace.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines may repeat
            <li key={i}>{visible(line)}</li>
          ))}
        </ol>
      </Panel>
      <div className="stack">
        <Panel title="Answer">
          <Facts
            wide
            of={[
              ['Outcome', <Outcome key="o" of={of.outcome} />],
              ['Decided by', <By key="b" of={of.by} />],
              ...(of.residue ? [['On the condition', visible(of.residue)] as [string, string]] : []),
              ['Who', visible(of.principal)],
              ['Action', of.action],
              ['Resource', visible(of.resource)],
              ['As of', <Time key="t" at={of.known} />],
            ]}
          />
        </Panel>
        {of.unknown.length > 0 && (
          <Panel title="Not known">
            <ul className="stack tight">
              {of.unknown.map((u) => (
                <li key={u.path}>
                  <code>{visible(u.path)}</code>: {explain(u.reason).what}
                  {u.permission && (
                    <>
                      ; grant <code>{u.permission}</code>
                    </>
                  )}
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </div>
  )
}
