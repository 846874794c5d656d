import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { get, setCsrf } from './client'
import type { Me, SessionState } from './types'

export const sessionQuery = queryOptions<SessionState>({
  queryKey: ['/auth/session'],
  queryFn: async ({ signal }) => {
    const session = await get('/auth/session', { signal })
    setCsrf(session.csrf)
    return session
  },
  staleTime: 60_000,
})

/** Keeps what signing in or out answered, as if it had been asked for. */
export function keepSession(client: QueryClient, session: SessionState): void {
  setCsrf(session.csrf)
  client.setQueryData(sessionQuery.queryKey, session)
}

const order = ['viewer', 'analyst', 'approver', 'admin']
export type Role = Me['role']

/** Who is signed in; pages behind the sign-in have one. */
export function useMe(): Me | null {
  return useQuery(sessionQuery).data?.user ?? null
}

/** Whether the one who is signed in may do what takes a role. The server decides; this only hides what it would refuse. */
export function useMay(role: Role): boolean {
  const me = useMe()
  return me !== null && order.indexOf(me.role) >= order.indexOf(role)
}
