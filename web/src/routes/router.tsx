import { Notifications } from '@mantine/notifications'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { sessionQuery } from '@/api/session'
import { Shell } from '@/components/Shell'
import { Empty, Failed, Loading } from '@/components/States'
import * as search from './search'

// News hold links, so they stand within the router.
function Root() {
  return (
    <>
      <Outlet />
      <Notifications position="bottom-right" limit={4} autoClose={7000} />
    </>
  )
}

const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Root })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: search.signIn,
  component: lazyRouteComponent(() => import('@/features/signin/SignInPage'), 'SignInPage'),
})

// Everything but the sign-in takes somebody who is signed in.
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery)
    if (!session.user) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { back: location.href } })
  },
  component: Shell,
})

const parent = { getParentRoute: () => app }

const tree = root.addChildren([
  signIn,
  app.addChildren([
    createRoute({
      ...parent,
      path: '/',
      component: lazyRouteComponent(() => import('@/features/overview/OverviewPage'), 'OverviewPage'),
    }),
    createRoute({
      ...parent,
      path: '/issues',
      validateSearch: search.issues,
      component: lazyRouteComponent(() => import('@/features/issues/IssuesPage'), 'IssuesPage'),
    }),
    createRoute({
      ...parent,
      path: '/issues/$key',
      validateSearch: search.issue,
      component: lazyRouteComponent(() => import('@/features/issues/IssuePage'), 'IssuePage'),
    }),
    createRoute({
      ...parent,
      path: '/fixes',
      validateSearch: search.fixes,
      component: lazyRouteComponent(() => import('@/features/fixes/FixesPage'), 'FixesPage'),
    }),
    createRoute({
      ...parent,
      path: '/findings',
      validateSearch: search.findings,
      component: lazyRouteComponent(() => import('@/features/findings/FindingsPage'), 'FindingsPage'),
    }),
    createRoute({
      ...parent,
      path: '/findings/$key',
      component: lazyRouteComponent(() => import('@/features/findings/FindingPage'), 'FindingPage'),
    }),
    createRoute({
      ...parent,
      path: '/inventory',
      validateSearch: search.inventory,
      component: lazyRouteComponent(() => import('@/features/inventory/InventoryPage'), 'InventoryPage'),
    }),
    createRoute({
      ...parent,
      path: '/resource',
      validateSearch: search.resource,
      component: lazyRouteComponent(() => import('@/features/resource/ResourcePage'), 'ResourcePage'),
    }),
    createRoute({
      ...parent,
      path: '/identities',
      validateSearch: search.identities,
      component: lazyRouteComponent(() => import('@/features/access/IdentitiesPage'), 'IdentitiesPage'),
    }),
    createRoute({
      ...parent,
      path: '/access',
      validateSearch: search.access,
      component: lazyRouteComponent(() => import('@/features/access/AccessPage'), 'AccessPage'),
    }),
    createRoute({
      ...parent,
      path: '/graph',
      validateSearch: search.graph,
      component: lazyRouteComponent(() => import('@/features/graph/GraphPage'), 'GraphPage'),
    }),
    createRoute({
      ...parent,
      path: '/compliance',
      component: lazyRouteComponent(() => import('@/features/compliance/CompliancePage'), 'CompliancePage'),
    }),
    createRoute({
      ...parent,
      path: '/compliance/$framework',
      validateSearch: search.framework,
      component: lazyRouteComponent(() => import('@/features/compliance/FrameworkPage'), 'FrameworkPage'),
    }),
    createRoute({
      ...parent,
      path: '/drift',
      validateSearch: search.drift,
      component: lazyRouteComponent(() => import('@/features/drift/DriftPage'), 'DriftPage'),
    }),
    createRoute({
      ...parent,
      path: '/exceptions',
      validateSearch: search.exceptions,
      component: lazyRouteComponent(() => import('@/features/exceptions/ExceptionsPage'), 'ExceptionsPage'),
    }),
    createRoute({
      ...parent,
      path: '/work',
      validateSearch: search.work,
      component: lazyRouteComponent(() => import('@/features/work/WorkPage'), 'WorkPage'),
    }),
    createRoute({
      ...parent,
      path: '/settings',
      validateSearch: search.settings,
      component: lazyRouteComponent(() => import('@/features/settings/SettingsPage'), 'SettingsPage'),
    }),
  ]),
])

export function newRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    parseSearch: search.parseSearch,
    stringifySearch: search.stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: () => (
      <div className="page">
        <Loading />
      </div>
    ),
    defaultErrorComponent: ({ error, reset }) => <Failed error={error} retry={reset} />,
    defaultNotFoundComponent: () => (
      <Empty title="There is no such page">Choose another on the left, or press g and then o for the overview.</Empty>
    ),
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>
  }
}
