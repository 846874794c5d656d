import { IconScissors } from '@tabler/icons-react'
import { visible } from '@/lib/text'
import type { Thing } from '@/lib/thing'
import { type Hop, type Step, things, type Way } from '@/lib/way'
import { ThingIcon } from './ThingIcon'
import './way.css'

const mostInRow = 5
const roomy = 3 // steps up to which labels fit on two lines

/** A way in one line: names with arrows, the target strong. */
export function WayLine({ way }: { way: Way }) {
  const list = things(way)
  return (
    <span className="way-line">
      {list.map((t, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a way may pass a thing twice
        <span key={`${t.id}${i}`}>
          {i > 0 && <span className="soft"> → </span>}
          {t.word && <span className="soft">{t.word} </span>}
          <span className={i === list.length - 1 ? 'strong' : undefined}>{visible(t.name)}</span>
        </span>
      ))}
    </span>
  )
}

interface PictureProps<S extends Step> {
  way: Way<S>
  /** The step that is looked at, from 0. */
  at: number
  onSelect: (at: number) => void
  /** How many changes cut a step. */
  cuts: (step: S) => number
}

/** The way from left to right, or from top to bottom where there is little room. */
export function WayPicture<S extends Step>({ way, at, onSelect, cuts }: PictureProps<S>) {
  return (
    <ol
      className={way.hops.length > mostInRow ? 'way tall' : way.hops.length <= roomy ? 'way short' : 'way'}
      aria-label="The way of an attacker"
    >
      <Node thing={way.entry} part="entry" />
      {way.hops.map((hop, i) => (
        <HopPicture
          // biome-ignore lint/suspicious/noArrayIndexKey: a way may pass a thing twice
          key={i}
          hop={hop}
          place={i}
          selected={i === at}
          last={i === way.hops.length - 1}
          cuts={cuts(hop.step)}
          onSelect={onSelect}
        />
      ))}
    </ol>
  )
}

function HopPicture<S extends Step>(p: {
  hop: Hop<S>
  place: number
  selected: boolean
  last: boolean
  cuts: number
  onSelect: (at: number) => void
}) {
  return (
    <>
      <li className="way-edge">
        <button
          type="button"
          className={p.hop.uncertain ? 'uncertain' : undefined}
          aria-pressed={p.selected}
          onClick={() => p.onSelect(p.place)}
        >
          <span className="way-label">{visible(p.hop.step.label)}</span>
          <span className="way-line-drawn" aria-hidden="true">
            <span className="way-number">{p.place + 1}</span>
          </span>
          {p.cuts > 0 ? (
            <span className="way-cut">
              <IconScissors size={13} aria-hidden="true" /> {p.cuts === 1 ? '1 fix cuts it' : `${p.cuts} fixes cut it`}
            </span>
          ) : (
            <span className="way-cut none">no fix here</span>
          )}
        </button>
      </li>
      <Node thing={p.hop.to} part={p.last ? 'target' : 'via'} within={p.hop.within} />
    </>
  )
}

function Node({ thing, part, within }: { thing: Thing; part: 'entry' | 'via' | 'target'; within?: boolean }) {
  return (
    <li className={`way-node ${part}`}>
      <span className="way-circle">
        <ThingIcon kind={thing.kind} size={22} />
      </span>
      <span className="way-name">
        <span className="soft small">
          {part === 'entry'
            ? 'begins with'
            : within
              ? `${thing.word}, taken over`
              : thing.word || (part === 'target' ? 'target' : '')}
        </span>
        <span className="strong">{visible(thing.name)}</span>
      </span>
    </li>
  )
}
