import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Cause as CauseOf, Ref } from '@/api/types'
import { accountOf } from '@/lib/account'
import { typeName, visible } from '@/lib/text'
import { lastPart, thingOf } from '@/lib/thing'
import { ThingIcon } from './ThingIcon'
import { Time } from './Time'

/** A resource by its name, with its type below: leads to its page. */
export function ResourceLink({ of, plain }: { of: Ref; plain?: boolean }) {
  const name = visible(of.name || lastPart(of.id))
  return (
    <span className="resource-link">
      <Link to="/resource" search={{ account: of.account, id: of.id }} title={visible(of.id)}>
        {name}
      </Link>
      {!plain && <span className="soft small"> {typeName(of.type)}</span>}
    </span>
  )
}

/** What an id names: leads to its page where the account is known, else to a search for it. */
export function IdLink({ id, accounts, children }: { id: string; accounts?: readonly string[]; children?: ReactNode }) {
  const account = accountOf(id, accounts)
  const text = children ?? visible(id)
  return account ? (
    <Link to="/resource" search={{ account, id }} title={visible(id)}>
      {text}
    </Link>
  ) : (
    <Link to="/inventory" search={{ text: id.slice(0, 200) }} title={visible(id)}>
      {text}
    </Link>
  )
}

/** A thing by icon, word and name. */
export function ThingName({ id, name, accounts }: { id: string; name?: string; accounts?: readonly string[] }) {
  const thing = thingOf(id, name)
  return (
    <span className="row tight">
      <ThingIcon kind={thing.kind} size={15} />
      <span>
        {thing.word && <span className="soft">{thing.word} </span>}
        <IdLink id={id} accounts={accounts}>
          {visible(thing.name)}
        </IdLink>
      </span>
    </span>
  )
}

/** Who made a change, as the audit trail has it. */
export function Cause({ of }: { of: CauseOf | undefined }) {
  if (!of?.actor && !of?.call)
    return <span className="soft">{of?.event ? 'an event that names nobody' : 'seen by a reading'}</span>
  return (
    <span>
      {of.actor ? <span title={visible(of.actor)}>{visible(lastPart(of.actor))}</span> : 'someone'}
      {of.call && (
        <>
          {' '}
          <code>{visible(of.call)}</code>
        </>
      )}
      {of.happened && (
        <span className="soft">
          {' '}
          <Time at={of.happened} />
        </span>
      )}
    </span>
  )
}
