import { Skeleton } from '@mantine/core'
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { List } from '@/api/query'
import { compact } from '@/lib/number'
import { step, useTableKeys } from '@/lib/tablekeys'
import { ExportMenu } from './ExportMenu'
import { Empty, Failed } from './States'

export interface Column<T> {
  id: string
  name: string
  cell: (row: T) => ReactNode
  /** A CSS width such as 120px; what is left is shared by the columns without one. */
  width?: string
  numeric?: boolean
  /** The server's name of the order by this column. */
  sort?: string
  /** Left out where there is little room. */
  wide?: boolean
}

interface Props<T> {
  name: string
  list: List<T>
  columns: Column<T>[]
  keyOf: (row: T) => string
  /** Opens a row. */
  open?: (row: T) => void
  /** The order that holds, such as -changed; empty for the server's own. */
  sort?: string
  onSort?: (sort: string | undefined) => void
  empty?: ReactNode
  /** What CSV and JSON files are called; no export without it. */
  file?: string
}

/** A table of any length: rows are read as one comes to them, and only those in sight are drawn. */
export function DataTable<T>(props: Props<T>) {
  const { list, columns, keyOf, open, empty, name } = props
  const body = useRef<HTMLDivElement>(null)
  const [margin, setMargin] = useState(0)
  const [active, setActive] = useState(-1)
  useLayoutEffect(
    () => setMargin(body.current?.getBoundingClientRect().top ? body.current.getBoundingClientRect().top + window.scrollY : 0),
    [],
  )

  const rows = list.rows
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => 45,
    overscan: 12,
    scrollMargin: margin,
    getItemKey: (i) => keyOf(rows[i] as T),
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const { more } = list
  useEffect(() => {
    if (more && last >= rows.length - 30) more()
  }, [more, last, rows.length])

  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index))
    setActive(next)
    virtual.scrollToIndex(next, { align: 'auto' })
    requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus())
  }
  useTableKeys((by) => go(active + by), rows.length > 0)
  const onKey = (event: KeyboardEvent, index: number) => {
    if (event.target !== event.currentTarget) return
    const by = step(event)
    if (by !== 0) {
      event.preventDefault()
      event.stopPropagation()
      go(index + by)
    } else if (event.key === 'Enter' && open) {
      event.preventDefault()
      open(rows[index] as T)
    }
  }

  const template = columns.map((c) => c.width ?? 'minmax(0, 1fr)').join(' ')
  const narrow = columns
    .filter((c) => !c.wide)
    .map((c) => c.width ?? 'minmax(0, 1fr)')
    .join(' ')
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />
  return (
    <div className="table" style={{ ['--template' as string]: template, ['--narrow' as string]: narrow }}>
      <div role="table" aria-label={name} aria-rowcount={(list.total ?? rows.length) + 1} aria-busy={list.isFetching}>
        <div role="rowgroup" className="table-head">
          <div role="row" className="table-row" aria-rowindex={1}>
            {columns.map((c) => (
              <Head key={c.id} column={c} sort={props.sort} onSort={props.onSort} />
            ))}
          </div>
        </div>
        <div
          role="rowgroup"
          ref={body}
          className={list.isOld ? 'table-body old' : 'table-body'}
          style={{ height: list.isPending ? undefined : virtual.getTotalSize() }}
        >
          {list.isPending && <Waiting columns={columns} />}
          {items.map((item) => {
            const row = rows[item.index] as T
            return (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                role="row"
                aria-rowindex={item.index + 2}
                tabIndex={item.index === Math.max(active, 0) ? 0 : -1}
                className={open ? 'table-row opens' : 'table-row'}
                style={{ position: 'absolute', transform: `translateY(${item.start - margin}px)` }}
                onKeyDown={(e) => onKey(e, item.index)}
                onFocus={() => setActive(item.index)}
                onClick={(e) => {
                  if (open && !(e.target as HTMLElement).closest('a, button, input') && !window.getSelection()?.toString())
                    open(row)
                }}
              >
                {columns.map((c) => (
                  <div key={c.id} role="cell" className={cellClass(c)}>
                    {c.cell(row)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
      {!list.isPending && rows.length === 0 && (empty ?? <Empty title="Nothing here" />)}
      {rows.length > 0 && (
        <div className="table-foot soft small">
          <span aria-live="polite">{footing(rows.length, list.total)}</span>
          {props.file && <ExportMenu source={list.source} file={props.file} />}
        </div>
      )}
    </div>
  )
}

function footing(read: number, total: number | undefined): string {
  if (total === undefined) return `${compact(read)} shown, more follow`
  return total === read ? `All ${compact(total)} shown` : `${compact(read)} of ${compact(total)} read`
}

const cellClass = <T,>(c: Column<T>): string => ['cell', c.numeric && 'num', c.wide && 'wide-only'].filter(Boolean).join(' ')

function Head<T>({ column, sort, onSort }: { column: Column<T>; sort?: string; onSort?: (sort: string | undefined) => void }) {
  const name = column.sort
  if (!name || !onSort) {
    return (
      <div role="columnheader" className={cellClass(column)}>
        {column.name || <span className="hidden-text">More</span>}
      </div>
    )
  }
  const up = sort === name
  const down = sort === `-${name}`
  const Icon = up ? IconArrowUp : down ? IconArrowDown : IconArrowsSort
  return (
    <div role="columnheader" className={cellClass(column)} aria-sort={up ? 'ascending' : down ? 'descending' : 'none'}>
      <button type="button" className="sorter" onClick={() => onSort(down ? name : up ? undefined : `-${name}`)}>
        {column.name}
        <Icon size={13} aria-hidden="true" className={up || down ? undefined : 'idle'} />
      </button>
    </div>
  )
}

function Waiting<T>({ columns }: { columns: Column<T>[] }) {
  return Array.from({ length: 8 }, (_, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the lines have nothing else
    <div key={i} className="table-row" aria-hidden="true">
      {columns.map((c) => (
        <div key={c.id} className={cellClass(c)}>
          <Skeleton height={14} width={`${50 + ((i * 13) % 40)}%`} />
        </div>
      ))}
    </div>
  ))
}
