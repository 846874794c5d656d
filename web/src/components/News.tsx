import { notifications } from '@mantine/notifications'
import { IconCheck, IconFlame, IconRefresh } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useLive } from '@/api/live'
import type { Transition } from '@/api/types'
import { counted } from '@/lib/number'
import { rank } from '@/lib/severity'
import { typeName, visible } from '@/lib/text'
import { lastPart } from '@/lib/thing'

const shownEach = 2

/** Tells of what opens and closes while one looks. */
export function News() {
  useLive(
    useCallback((news: Transition[]) => {
      const told = news.filter((n) => !n.first && n.kind !== 'changed')
      const worst = [...told].sort(
        (a, b) => Number(a.kind === 'resolved') - Number(b.kind === 'resolved') || rank(a.severity) - rank(b.severity),
      )
      // One thing that changes may open many findings: it is told once, with the worst.
      const things = new Set<string>()
      const first = worst.filter((n) => {
        const known = things.has(n.resource.id)
        things.add(n.resource.id)
        return !known
      })
      for (const n of first.slice(0, shownEach)) show(n, worst.filter((w) => w.resource.id === n.resource.id).length - 1)
      const more = first.length - shownEach
      if (more > 0)
        notifications.show({
          id: 'more',
          title: 'More changed',
          message: `${counted(more, 'more resource')} changed; the lists are up to date.`,
        })
    }, []),
  )
  return null
}

const words: Record<string, string> = { new: 'New', regressed: 'Back again', resolved: 'Resolved' }

function show(n: Transition, more: number): void {
  const issue = n.subject === 'issue'
  const Icon = n.kind === 'resolved' ? IconCheck : n.kind === 'regressed' ? IconRefresh : IconFlame
  const name = visible(n.resource.name || n.resource.id)
  notifications.show({
    id: `${n.seq}`,
    color: n.kind === 'resolved' ? 'teal' : 'red',
    icon: <Icon size={18} aria-hidden="true" />,
    title: `${words[n.kind] ?? n.kind}: ${n.severity} ${n.subject}`,
    message: (
      <span>
        <Link to={issue ? '/issues/$key' : '/findings/$key'} params={{ key: n.key }}>
          {typeName(n.resource.type)} {name}
        </Link>
        {more > 0 && <span className="soft">, {counted(more, 'more change')} on it</span>}
        {n.cause?.actor && <span className="soft"> · by {visible(lastPart(n.cause.actor))}</span>}
      </span>
    ),
  })
}
