import { useSyncExternalStore } from 'react'

// One clock for the page, so that all relative times move together.
let now = new Date()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = new Date()
    for (const l of listeners) l()
  }, 20_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The present moment, renewed every 20 seconds. */
export const useNow = (): Date => useSyncExternalStore(subscribe, () => now)
