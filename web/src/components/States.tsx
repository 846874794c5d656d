import { Button, Skeleton } from '@mantine/core'
import { IconAlertTriangle, IconMoodEmpty } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ApiError } from '@/api/client'
import './states.css'

/** What a page shows while its first answer is on its way. */
export function Loading({ lines = 6 }: { lines?: number }) {
  return (
    <div className="stack tight" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have nothing else
        <Skeleton key={i} height={i === 0 ? 22 : 16} width={`${[60, 100, 92, 96, 70, 88][i % 6]}%`} radius="sm" />
      ))}
    </div>
  )
}

export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="state">
      <IconMoodEmpty size={28} stroke={1.5} aria-hidden="true" />
      <p className="strong">{title}</p>
      {children && <div className="soft">{children}</div>}
      {action}
    </div>
  )
}

/** What went wrong, and what to do next. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const e = error instanceof ApiError ? error : null
  return (
    <div className="state" role="alert">
      <IconAlertTriangle size={28} stroke={1.5} aria-hidden="true" />
      <p className="strong">{e ? e.headline : 'The page could not be shown'}</p>
      <p className="soft">{e?.message ?? String(error)}</p>
      <p>{e?.next ?? 'Load the page again. If it stays, report it as a bug.'}</p>
      {e && e.faults.length > 0 && (
        <ul className="soft">
          {e.faults.map((f) => (
            <li key={`${f.location}${f.message}`}>
              <code>{f.location}</code> {f.message}
            </li>
          ))}
        </ul>
      )}
      {retry && e?.code !== 'not-found' && (
        <Button size="xs" variant="default" onClick={retry}>
          Try again
        </Button>
      )}
      {e?.request && <p className="soft small">Request {e.request}</p>}
    </div>
  )
}

interface Asked<T> {
  data: T | undefined
  error: unknown
  isPending: boolean
  refetch: () => unknown
}

/** Shows the answer of a query, or why there is none. A failed renewal keeps what was there. */
export function Answer<T>({ of, children, lines }: { of: Asked<T>; children: (data: T) => ReactNode; lines?: number }) {
  if (of.data !== undefined) return children(of.data)
  if (of.error) return <Failed error={of.error} retry={() => void of.refetch()} />
  return <Loading lines={lines} />
}
