import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import type { Transition } from './types'

export type Connection = 'connecting' | 'live' | 'lost'

let connection: Connection = 'connecting'
const watchers = new Set<() => void>()
function become(next: Connection): void {
  connection = next
  for (const w of watchers) w()
}

/** Whether news arrive by themselves. */
export const useConnection = (): Connection =>
  useSyncExternalStore(
    (w) => {
      watchers.add(w)
      return () => watchers.delete(w)
    },
    () => connection,
  )

// What a transition of a finding or an issue may have changed. Everything else changes slowly.
const touched = [
  '/api/v1/overview',
  '/api/v1/issues',
  '/api/v1/findings',
  '/api/v1/fixes',
  '/api/v1/campaigns',
  '/api/v1/open',
  '/api/v1/resource',
  '/api/v1/changes',
  '/api/v1/tally',
  '/api/v1/drift',
  '/api/v1/compliance',
  '/api/v1/events',
  '/api/v1/deliveries',
]

const gather = 400 // milliseconds in which news count as one

/**
 * Follows the server's stream as long as the component lives: what it shows is asked for
 * again, and news are handed over in batches. The browser connects again by itself and says
 * which event it saw last.
 */
export function useLive(tell: (news: Transition[]) => void): void {
  const client = useQueryClient()
  useEffect(() => {
    if (typeof EventSource === 'undefined') return
    let batch: Transition[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    let wasLost = false
    const renew = () =>
      void client.invalidateQueries({
        predicate: (q) => touched.some((path) => typeof q.queryKey[0] === 'string' && q.queryKey[0].startsWith(path)),
      })
    const flush = () => {
      const news = batch
      batch = []
      timer = undefined
      renew()
      tell(news)
    }
    const source = new EventSource('/api/v1/stream')
    source.onopen = () => {
      become('live')
      if (wasLost) renew()
      wasLost = false
    }
    source.onerror = () => {
      wasLost = true
      become('lost')
    }
    source.addEventListener('transition', (event) => {
      try {
        batch.push(JSON.parse((event as MessageEvent<string>).data) as Transition)
      } catch {
        return // a line that is cut comes again with the next connection
      }
      timer ??= setTimeout(flush, gather)
    })
    return () => {
      clearTimeout(timer)
      source.close()
      become('connecting')
    }
  }, [client, tell])
}
