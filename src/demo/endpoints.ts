import { type Answer, type Endpoint, failure, forbidden, invalid, ok, type Principal } from './answer.ts'
import { applyDataFaults, zeroValued } from './apply-data-faults.ts'
import { InvalidArgument, integers, limit, texts } from './arguments.ts'
import type { Faults } from './faults.ts'
import { createLiveRenderer, renderChannel, renderLegacyLive, renderUser } from './render.ts'
import type { Channel, World } from './world.ts'

const offsetOf = (cursor: string | null): number => {
  if (!cursor) return 0
  const [, offset] = /^offset:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (offset === undefined) throw new InvalidArgument('cursor: is not valid')
  return Number(offset)
}

const cursorOf = (offset: number): string => Buffer.from(`offset:${offset}`).toString('base64url')

const isDefined = <T>(value: T | undefined): value is T => value !== undefined

/** The channel of the token's user; an app token has none. */
const ownId = (principal: Principal): number[] => (principal.kind === 'user' ? [principal.userId] : [])

const lacks = (principal: Principal, scope: string): boolean =>
  principal.kind === 'user' && !principal.scopes.includes(scope)

/** The REST endpoints over a world, by method and path. */
export const createEndpoints = (world: World, faults: Faults): Record<string, Endpoint> => {
  const renderLive = createLiveRenderer()

  const list = (path: string, channels: readonly Channel[], render: (channel: Channel) => string): string =>
    faults.isEmpty
      ? `[${channels.map(render).join(',')}]`
      : `[${channels.map((channel) => applyDataFaults(faults, path, channel.id, render(channel))).join(',')}]`

  const isLive = (path: string, channel: Channel, now: number): boolean =>
    world.isListed(channel, now) ||
    (channel.stream !== null && !faults.isEmpty && faults.strike('stale-live', path, channel.id) !== null)

  const live = (path: string, now: number): Channel[] =>
    [...world.channels()].filter((channel) => !channel.banned && isLive(path, channel, now))

  const startOf = (channel: Channel): number => channel.stream?.startedAt ?? 0

  const endpoints: Record<string, (path: string, query: URLSearchParams, now: number, principal: Principal) => Answer> =
    {
      '/public/v1/users/livestreams'(path, query, now) {
        const ids = new Set(integers(query, 'user_id', 100))
        if (ids.size === 0) return invalid('user_id: at least 1 value')
        const found: Channel[] = []
        for (const id of ids) {
          const channel = world.byId(id)
          if (channel && isLive(path, channel, now)) found.push(channel)
        }
        // Callers can not rely on the order of their question.
        return ok(list(path, found.reverse(), (channel) => renderLive(channel, world.viewers(channel, now))))
      },

      '/public/v2/livestreams'(path, query, now) {
        const categories = integers(query, 'category_id', 25)
        const languages = texts(query, 'language_code', 25)
        const size = limit(query, 1000, 100)
        const from = offsetOf(query.get('cursor'))
        const all = live(path, now)
          .filter(({ stream }) => categories.length === 0 || categories.includes(stream?.category?.id ?? 0))
          .filter(({ stream }) => languages.length === 0 || languages.includes(stream?.language ?? ''))
          .sort((a, b) => startOf(a) - startOf(b) || a.id - b.id)
        const page = all.slice(from, from + size)
        const next = from + size < all.length ? cursorOf(from + size) : ''
        return ok(
          list(path, page, (channel) => renderLive(channel, world.viewers(channel, now))),
          `,"pagination":{"next_cursor":"${next}"}`,
        )
      },

      '/public/v1/livestreams'(path, query, now) {
        const ids = integers(query, 'broadcaster_user_id', 50)
        const [category] = integers(query, 'category_id', 1)
        const language = query.get('language')
        const sort = query.get('sort')
        if (sort !== null && sort !== 'viewer_count' && sort !== 'started_at') return invalid('sort: is not valid')
        const rows = live(path, now)
          .filter((channel) => ids.length === 0 || ids.includes(channel.id))
          .filter(({ stream }) => category === undefined || stream?.category?.id === category)
          .filter(({ stream }) => language === null || stream?.language === language)
          .map((channel) => ({ channel, viewers: world.viewers(channel, now) }))
          .sort((a, b) => (sort === 'started_at' ? startOf(a.channel) - startOf(b.channel) : b.viewers - a.viewers))
          .slice(0, limit(query, 100, 25))
        const viewers = new Map(rows.map((row) => [row.channel, row.viewers]))
        return ok(list(path, [...viewers.keys()], (channel) => renderLegacyLive(channel, viewers.get(channel) ?? 0)))
      },

      '/public/v1/livestreams/stats': (path, _query, now) => ok(`{"total_count":${live(path, now).length}}`),

      '/public/v1/channels'(path, query, now, principal) {
        if (lacks(principal, 'channel:read')) return forbidden
        const named = integers(query, 'broadcaster_user_id', 50)
        const slugs = texts(query, 'slug', 50)
        if (named.length > 0 && slugs.length > 0) return invalid('broadcaster_user_id and slug: only one of them')
        const ids = named.length === 0 && slugs.length === 0 ? ownId(principal) : named
        if (ids.length === 0 && slugs.length === 0) return invalid('broadcaster_user_id or slug: at least 1 value')
        if (slugs.some((slug) => slug.length > 25)) return invalid('slug: at most 25 characters')
        const asked = ids.length > 0 ? ids.map((id) => world.byId(id)) : slugs.map((slug) => world.bySlug(slug))
        const found = [...new Set(asked.filter(isDefined))]
        if (slugs.length > 0 && asked.includes(undefined) && faults.strike('unknown-slug-rejected', path)) {
          return failure(400, 'Invalid request')
        }
        const wrong = slugs.length > 1 && faults.strike('half-wrong-slugs', path) !== null
        let row = 0
        return ok(
          list(path, found, (channel) => {
            const text = renderChannel(channel, isLive(path, channel, now) ? world.viewers(channel, now) : null)
            return wrong && row++ % 2 === 1 ? JSON.stringify(zeroValued(JSON.parse(text))) : text
          }),
        )
      },

      '/public/v1/users'(path, query, _now, principal) {
        if (lacks(principal, 'user:read')) return forbidden
        const named = integers(query, 'id', 50)
        const ids = new Set(named.length > 0 ? named : ownId(principal))
        if (ids.size === 0) return invalid('id: at least 1 value')
        return ok(list(path, [...ids].map((id) => world.byId(id)).filter(isDefined), renderUser))
      },
    }

  return Object.fromEntries(
    Object.entries(endpoints).map(([path, answer]) => [
      `GET ${path}`,
      ({ query, principal }) => answer(path, query, world.clock(), principal),
    ]),
  )
}
