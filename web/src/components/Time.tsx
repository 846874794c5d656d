import { useNow } from '@/lib/now'
import { age, local, localDay, parse, relative, utc } from '@/lib/time'

interface Props {
  at: string | Date | undefined | null
  /** How it is said: "3 hours ago", "3h", the local moment, or the local day. */
  as?: 'relative' | 'age' | 'moment' | 'day'
  none?: string
}

/** A moment in words, with the exact UTC moment on hover. */
export function Time({ at, as = 'relative', none = '–' }: Props) {
  const now = useNow()
  const date = at instanceof Date ? at : parse(at)
  if (!date) return <span className="soft">{none}</span>
  const words =
    as === 'age' ? age(date, now) : as === 'moment' ? local(date) : as === 'day' ? localDay(date) : relative(date, now)
  return (
    <time dateTime={date.toISOString()} title={`${local(date)} · ${utc(date)}`} className="nowrap">
      {words}
    </time>
  )
}
