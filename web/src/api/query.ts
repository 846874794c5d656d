import {
  keepPreviousData,
  QueryClient,
  type UseQueryOptions,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query'
import { type Answer, ApiError, get, type PathsWith, type Query, type QueryOf, send } from './client'
import type { paths } from './types.gen'

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: true,
        // Only what may pass by itself is tried again.
        retry: (failures, error) =>
          failures < 2 && error instanceof ApiError && ['unreachable', 'unavailable', 'io', 'throttled'].includes(error.code),
      },
    },
  })
}

/** The key of a query begins with its path, by which live updates find it. */
export const keyOf = (path: string, params?: unknown, query?: unknown): unknown[] => [path, params ?? {}, query ?? {}]

interface Extra<T> extends Pick<UseQueryOptions<T>, 'enabled' | 'staleTime' | 'refetchInterval' | 'refetchOnWindowFocus'> {
  params?: Record<string, string | number>
  /** Shows the answer before while a new one is on its way. */
  keep?: boolean
}

/** One answer of the server, kept and renewed. */
export function useGet<P extends PathsWith<'get'>>(
  path: P,
  query?: QueryOf<P>,
  extra: Extra<Answer<P>> = {},
): UseQueryResult<Answer<P>> {
  const { params, keep, ...options } = extra
  return useQuery<Answer<P>>({
    ...options,
    queryKey: keyOf(path as string, params, query),
    queryFn: ({ signal }) => get(path, { path: params as never, query, signal }),
    placeholderData: keep ? (keepPreviousData as never) : undefined,
  })
}

export interface Paged<T> {
  items: T[]
  next?: string
  total?: number | null
}

/** Paths whose answers come in pages. */
export type ListPath = {
  [P in PathsWith<'get'>]: Answer<P> extends { items: unknown[]; next?: string }
    ? QueryOf<P> extends { cursor?: string }
      ? P
      : never
    : never
}[PathsWith<'get'>]

export type RowOf<P extends keyof paths> = Answer<P> extends { items: (infer T)[] } ? T : never

export interface List<T> {
  rows: T[]
  /** The rows of all pages; undefined when it is not known. */
  total: number | undefined
  error: unknown
  isPending: boolean
  isFetching: boolean
  /** Whether what is shown answers an earlier question. */
  isOld: boolean
  more: (() => void) | undefined
  refetch: () => unknown
  /** Where the whole list comes from, for export. */
  source: { path: string; query: Query }
}

/** A list that is read page by page, as far as somebody looks. */
export function useList<P extends ListPath>(
  path: P,
  query: QueryOf<P>,
  options: { count?: boolean; enabled?: boolean } = {},
): List<RowOf<P>> {
  const q = useInfiniteQuery({
    queryKey: keyOf(path as string, {}, { ...(query as Query), list: true }),
    queryFn: ({ pageParam, signal }) =>
      get(path, {
        query: {
          limit: 100,
          ...(query as Query),
          cursor: pageParam || undefined,
          total: options.count && !pageParam ? true : undefined,
        } as QueryOf<P>,
        signal,
      }) as Promise<Paged<RowOf<P>>>,
    initialPageParam: '',
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
  })
  const pages = q.data?.pages ?? []
  const rows = pages.flatMap((p) => p.items)
  return {
    rows,
    total: pages[0]?.total ?? (q.data && !q.hasNextPage ? rows.length : undefined),
    error: q.data ? undefined : q.error,
    isPending: q.isPending,
    isFetching: q.isFetching,
    isOld: q.isPlaceholderData,
    more: q.hasNextPage && !q.isFetchingNextPage && !q.isError ? () => void q.fetchNextPage() : undefined,
    refetch: q.refetch,
    source: { path: path as string, query: query as Query },
  }
}

export { get, send }
