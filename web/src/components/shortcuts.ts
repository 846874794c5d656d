import { useNavigate, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { isWriting } from '@/lib/tablekeys'

/** Where "g" and then a letter go. */
export const places = {
  o: ['/', 'Overview'],
  i: ['/issues', 'Issues'],
  x: ['/fixes', 'Fixes & campaigns'],
  f: ['/findings', 'Findings'],
  r: ['/inventory', 'Inventory (resources)'],
  p: ['/identities', 'Identities (principals)'],
  a: ['/access', 'Access explorer'],
  q: ['/graph', 'Graph (queries)'],
  c: ['/compliance', 'Compliance'],
  d: ['/drift', 'Drift'],
  e: ['/exceptions', 'Exceptions'],
  j: ['/work', 'Jobs & coverage'],
  s: ['/settings', 'Settings'],
} as const

const patience = 1200 // milliseconds between the two keys

/** Keys that work on every page, as long as nobody writes and no dialog is open. */
export function useShortcuts(help: () => void): void {
  const navigate = useNavigate()
  const router = useRouter()
  useEffect(() => {
    let went = 0
    const listen = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isWriting(event.target) || document.querySelector('[role=dialog]'))
        return
      const place = places[event.key as keyof typeof places]
      if (went > 0 && event.timeStamp - went < patience && place) {
        event.preventDefault()
        event.stopImmediatePropagation()
        went = 0
        void navigate({ to: place[0] })
        return
      }
      went = event.key === 'g' ? event.timeStamp : 0
      if (event.key === '?') help()
      else if (event.key === '/') {
        event.preventDefault()
        const field = document.querySelector<HTMLElement>('[data-search]')
        if (field) field.focus()
        else
          void navigate({ to: '/inventory' }).then(() =>
            setTimeout(() => document.querySelector<HTMLElement>('[data-search]')?.focus(), 150),
          )
      } else if (event.key === 'Escape' && /^\/(issues|findings|compliance)\/|^\/resource/.test(router.state.location.pathname))
        router.history.back()
    }
    document.addEventListener('keydown', listen, true)
    return () => document.removeEventListener('keydown', listen, true)
  }, [navigate, router, help])
}
