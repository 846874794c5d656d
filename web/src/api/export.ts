import { get, type Query } from './client'
import type { Paged } from './query'

/** Reads all pages of a list. */
export async function readAll(path: string, query: Query, tell: (rows: number) => void): Promise<unknown[]> {
  const rows: unknown[] = []
  let cursor: string | undefined
  do {
    const page = (await get(path as never, { query: { ...query, limit: 1000, cursor } as never })) as Paged<unknown>
    rows.push(...page.items)
    tell(rows.length)
    cursor = page.next || undefined
  } while (cursor)
  return rows
}

/** Hands a file to the browser. */
export function save(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
