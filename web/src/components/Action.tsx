import { Button, type ButtonProps } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { ApiError } from '@/api/client'

/** Says what went wrong, and the next step. */
export function tellError(error: unknown): void {
  const e = error instanceof ApiError ? error : null
  notifications.show({
    color: 'red',
    title: e?.headline ?? 'That did not work',
    message: e ? `${e.message} ${e.next}` : String(error),
  })
}

interface Props extends ButtonProps {
  /** Does it; what it changes is asked for again. */
  act: () => Promise<unknown>
  /** Paths whose answers it changes. */
  changes: string[]
  done?: string
  children: ReactNode
}

/** A button that changes something on the server. */
export function Action({ act, changes, done, children, ...button }: Props) {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    try {
      await act()
      if (done) notifications.show({ color: 'teal', message: done })
    } catch (error) {
      tellError(error)
    } finally {
      setBusy(false)
      await client.invalidateQueries({ predicate: (q) => changes.some((c) => String(q.queryKey[0]).startsWith(c)) })
    }
  }
  return (
    <Button size="compact-sm" variant="default" {...button} loading={busy} onClick={() => void run()}>
      {children}
    </Button>
  )
}
