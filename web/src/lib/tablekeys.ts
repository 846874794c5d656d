import { type KeyboardEvent, useEffect, useRef } from 'react'

/** How many rows a key moves by: j and the arrow down move one forward. */
export function step(event: Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey'>): number {
  if (event.metaKey || event.ctrlKey || event.altKey) return 0
  return { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 15, PageUp: -15 }[event.key] ?? 0
}

/** Whether a person is writing: then letters are text and no commands. */
export const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Lets j and k enter the table from anywhere on the page. */
export function useTableKeys(move: (by: number) => void, enabled: boolean): void {
  const latest = useRef(move)
  latest.current = move
  useEffect(() => {
    if (!enabled) return
    const listen = (event: globalThis.KeyboardEvent) => {
      if ((event.key !== 'j' && event.key !== 'k') || event.metaKey || event.ctrlKey || event.altKey) return
      if (isWriting(event.target) || document.querySelector('[role=dialog]')) return
      event.preventDefault()
      latest.current(event.key === 'j' ? 1 : -1)
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [enabled])
}
