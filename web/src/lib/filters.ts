import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { tidy } from './search'

/** The filters of a page, kept in its address, and how to change some of them. */
export function useFilters<T extends object>(): [T, (change: { [K in keyof T]?: T[K] | undefined }) => void] {
  const search = useSearch({ strict: false } as never) as T
  const navigate = useNavigate()
  const change = useCallback(
    (change: object) => {
      void navigate({
        to: '.',
        search: ((old: Record<string, unknown>) => tidy({ ...old, ...change })) as never,
        replace: true,
        resetScroll: false,
      })
    },
    [navigate],
  )
  return [search, change]
}
