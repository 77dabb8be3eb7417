import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router'
import { readAlertsSearch } from '../alerts/search.ts'
import { readChannelSearch } from '../channel/search.ts'
import { readChannelsSearch } from '../channels/search.ts'
import { readCompareSearch } from '../compare/search.ts'
import { readInboxSearch } from '../inbox/search.ts'
import { Live } from '../live/live.tsx'
import { readOperationsSearch } from '../operations/search.ts'
import { readSessionSearch } from '../session/search.ts'
import { readSettingsSearch } from '../settings/search.ts'
import { readSignInSearch } from '../sign-in/search.ts'
import { readablePath } from '../view/readable-path.ts'
import { parseSearch, stringifySearch } from '../view/search-params.ts'
import { readViewSearch } from '../view/view-search.ts'
import { Broken } from './broken.tsx'
import { NotFound } from './not-found.tsx'
import { Shell } from './shell.tsx'

// The range and the zone go along from place to place; a link that brings its own wins.
const root = createRootRoute({
  component: Shell,
  validateSearch: readViewSearch,
  search: { middlewares: [retainSearchParams(['from', 'to', 'zone'])] },
})

const live = createRoute({ getParentRoute: () => root, path: '/', component: Live })

const channels = createRoute({
  getParentRoute: () => root,
  path: '/channels',
  validateSearch: readChannelsSearch,
  component: lazyRouteComponent(() => import('../channels/channels.tsx')),
})

const channel = createRoute({
  getParentRoute: () => root,
  path: '/channels/$platform/$slug',
  validateSearch: readChannelSearch,
  component: lazyRouteComponent(() => import('../channel/channel.tsx')),
})

const session = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$id',
  validateSearch: readSessionSearch,
  component: lazyRouteComponent(() => import('../session/session.tsx')),
})

const compare = createRoute({
  getParentRoute: () => root,
  path: '/compare',
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import('../compare/compare.tsx')),
})

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  validateSearch: readInboxSearch,
  component: lazyRouteComponent(() => import('../inbox/inbox.tsx')),
})

const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: readAlertsSearch,
  component: lazyRouteComponent(() => import('../alerts/alerts.tsx')),
})

const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  validateSearch: readOperationsSearch,
  component: lazyRouteComponent(() => import('../operations/operations.tsx')),
})

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  validateSearch: readSettingsSearch,
  component: lazyRouteComponent(() => import('../settings/settings.tsx')),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  component: lazyRouteComponent(() => import('../sign-in/sign-in.tsx')),
})

const { pathname, search, hash } = location
const readable = readablePath(pathname)
if (readable !== pathname) history.replaceState(history.state, '', readable + search + hash)

export const router = createRouter({
  routeTree: root.addChildren([live, channels, channel, session, compare, inbox, alerts, operations, settings, signIn]),
  // As the server, which finds no page at /Channels.
  caseSensitive: true,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: Broken,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
