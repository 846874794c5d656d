import { notifications } from '@mantine/notifications'
import { IconCheck, IconFlame, IconRefresh } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useLive } from '@/api/live'
import type { Transition } from '@/api/types'
import { counted } from '@/lib/number'
import { rank } from '@/lib/severity'
import { typeName, visible } from '@/lib/text'

const shownEach = 2

/** Tells of what opens and closes while one looks. */
export function News() {
  useLive(
    useCallback((news: Transition[]) => {
      const told = news.filter((n) => !n.first && n.kind !== 'changed')
      const worst = [...told].sort(
        (a, b) => Number(a.kind === 'resolved') - Number(b.kind === 'resolved') || rank(a.severity) - rank(b.severity),
      )
      for (const n of worst.slice(0, shownEach)) show(n)
      const more = told.length - shownEach
      if (more > 0)
        notifications.show({
          id: 'more',
          title: 'More changed',
          message: `${counted(more, 'more change')}; the lists are up to date.`,
        })
    }, []),
  )
  return null
}

const words: Record<string, string> = { new: 'New', regressed: 'Back again', resolved: 'Resolved' }

function show(n: Transition): void {
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
        {n.cause?.actor && <span className="soft"> · by {visible(n.cause.actor)}</span>}
      </span>
    ),
  })
}
