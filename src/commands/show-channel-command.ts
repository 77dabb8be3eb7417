import { z } from 'zod'
import { ConfigError, UsageError } from '../lib/errors.ts'
import { globalId } from '../resolvers/global-id.ts'
import { createLoaders } from '../resolvers/loaders.ts'
import { chaptersOfSession } from '../resolvers/session-chapters.ts'
import type { Chapter } from '../sessions/chapters.ts'
import { type FoundChannel, findChannel, handleArgument, nameOf, platformOption } from './find-channel.ts'
import { listed, readChannel } from './read-channel.ts'
import { momentLines, momentResult, readMoment } from './show-moment.ts'
import { storeCommand } from './store-command.ts'
import { instant as instantValue } from './values.ts'
import { duration, instantOrNull, minute, row } from './words.ts'

type Read = Awaited<ReturnType<typeof readChannel>>
type Facts = NonNullable<Read['facts']>

const instant = z.iso.datetime()
const maybe = instant.nullable()

const result = z.object({
  id: z.string().describe('its ULID, which GraphQL takes as well'),
  channelId: z.string().describe('its number, which exports take'),
  platform: z.string().describe('the platform'),
  platformUserId: z.string().describe('the account as the platform identifies it'),
  slug: z.string().nullable().describe('its name in the address of its page; null until it is looked up again'),
  redirectedFrom: z.string().nullable().describe('the name that was asked for, where it is an earlier one; else null'),
  displayName: z.string().nullable().describe('its name as the platform shows it'),
  status: z.enum(['online', 'offline', 'unknown']).describe('online, offline, or unknown before the first probe'),
  lastStatusChangeAt: maybe.describe('when the status last changed'),
  isMonitored: z.boolean().describe('whether it is probed'),
  lastProbedAt: maybe.describe('when it was last probed'),
  nextProbeAt: maybe.describe('when the next probe is due; null where it is not monitored'),
  followerCount: z.int().nullable().describe('followers as the platform told them; null where it never did'),
  isBanned: z.boolean().describe('whether the platform no longer shows the account'),
  firstSeenAt: instant.describe('when it was first observed'),
  lastSeenAt: instant.describe('when it was last observed'),
  lastSeenOnlineAt: maybe.describe('when it was last seen live'),
  names: z
    .array(z.object({ slug: z.string(), from: instant, until: maybe }))
    .describe(`its names, newest first: slug, from and until of the last ${listed.names}`),
  sessions: z
    .array(
      z.object({
        id: z.string(),
        startedAt: instant,
        endedAt: maybe,
        endSource: z.string().nullable(),
        title: z.string().nullable(),
        category: z.string().nullable(),
        language: z.string().nullable(),
        peakViewers: z.int().nullable(),
        chapters: z.array(
          z.object({
            from: instant,
            until: maybe,
            title: z.string().nullable(),
            category: z.string().nullable(),
            language: z.string().nullable(),
          }),
        ),
      }),
    )
    .describe(
      `its broadcasts, newest first: id, startedAt, endedAt, endSource, title, category, language, peakViewers (null until some minutes after the end) and chapters (from, until, title, category and language) of the last ${listed.sessions}`,
    ),
  asOf: momentResult,
})

type Shown = { facts: Facts; read: Read; chapters: readonly (readonly Chapter[])[] }

const resultOf = (
  channel: FoundChannel,
  { facts, read: { names, sessions }, chapters }: Shown,
): Omit<z.infer<typeof result>, 'asOf'> => ({
  id: channel.externalId,
  channelId: channel.id.toString(),
  platform: channel.platform,
  platformUserId: channel.platformUserId,
  slug: channel.currentSlug,
  redirectedFrom: channel.redirectedFrom,
  displayName: facts.displayName,
  status: channel.status,
  lastStatusChangeAt: instantOrNull(facts.lastStatusChangeAt),
  isMonitored: facts.active === true,
  lastProbedAt: instantOrNull(facts.lastProbedAt),
  nextProbeAt: facts.active ? instantOrNull(facts.nextProbeAt) : null,
  followerCount: facts.followerCount,
  isBanned: facts.isBanned,
  firstSeenAt: channel.firstSeenAt.toISOString(),
  lastSeenAt: facts.lastSeenAt.toISOString(),
  lastSeenOnlineAt: instantOrNull(facts.lastSeenOnlineAt),
  names: names.map(({ slug, observedFrom, observedUntil }) => ({
    slug,
    from: observedFrom.toISOString(),
    until: instantOrNull(observedUntil),
  })),
  sessions: sessions.map(({ id, startedAt, endedAt, ...details }, index) => ({
    id: globalId('StreamSession', id),
    startedAt: startedAt.toISOString(),
    endedAt: instantOrNull(endedAt),
    ...details,
    chapters: chapters[index]!.map(({ from, until, title, category, language }) => ({
      from: from.toISOString(),
      until: instantOrNull(until),
      title,
      category,
      language,
    })),
  })),
})

const statusText = ({ status }: FoundChannel, { lastStatusChangeAt, lastProbedAt }: Facts, now: number): string => {
  if (status === 'unknown') return lastProbedAt ? 'not known yet' : 'not probed yet'
  const since = lastStatusChangeAt
    ? ` since ${minute(lastStatusChangeAt)} (${duration(now - lastStatusChangeAt.getTime())})`
    : ''
  return `${status === 'online' ? 'live' : 'offline'}${since}`
}

const monitoringText = ({ active, lastProbedAt, nextProbeAt }: Facts, now: number): string => {
  if (!active) return active === null ? 'no, it never was' : 'no, it is paused'
  const last = lastProbedAt ? `last probe ${minute(lastProbedAt)}` : 'no probe yet'
  const seconds = nextProbeAt ? Math.max(0, Math.round((nextProbeAt.getTime() - now) / 1000)) : 0
  return `yes, ${last}, next in ${seconds} s`
}

const titleOf = (channel: FoundChannel, { displayName }: Facts): string =>
  `${nameOf(channel)}${displayName === null ? '' : `  ${displayName}`}`

const shownTitle = 60

const shownChapters = 5

const subject = ({ category, title }: { category: string | null; title: string | null }): string =>
  [category, title?.slice(0, shownTitle)].filter(Boolean).join(': ')

/** How long a broadcast was on, and its peak where that is known. */
const extentOf = ({ startedAt, endedAt, peakViewers }: Read['sessions'][number], now: number): string => {
  const length = duration((endedAt?.getTime() ?? now) - startedAt.getTime())
  return `${endedAt ? length : `live, ${length}`}${peakViewers === null ? '' : `, peak ${peakViewers}`}`
}

/** The broadcasts, each with its chapters where there are several; of many the last ones. */
const sessionLines = ({ read: { sessions }, chapters }: Shown, now: number): string[] => {
  const width = Math.max(18, ...sessions.map((session) => extentOf(session, now).length + 2))
  return sessions.flatMap((session, index) => {
    const all = chapters[index]!
    const shown = all.length > 1 ? all.slice(-shownChapters) : []
    const earlier = shown.length > 0 ? all.length - shown.length : 0
    return [
      `  ${minute(session.startedAt)}  ${extentOf(session, now).padEnd(width)}${subject(session)}`,
      ...(earlier > 0 ? [`    ${earlier} earlier ${earlier === 1 ? 'chapter' : 'chapters'}`] : []),
      ...shown.map((chapter) => `    from ${minute(chapter.from)}  ${subject(chapter)}`),
    ].map((line) => line.trimEnd())
  })
}

/** The page of a channel as a terminal shows it. */
const pageOf = (channel: FoundChannel, shown: Shown, now: number): string[] => {
  const { facts } = shown
  const { names, sessions } = shown.read
  const { redirectedFrom } = channel
  const nameWidth = Math.max(12, ...names.map(({ slug }) => slug.length + 2))
  return [
    titleOf(channel, facts),
    ...(redirectedFrom === null ? [] : [row('renamed', `${redirectedFrom} is an earlier name`)]),
    row('status', statusText(channel, facts, now)),
    row('monitored', monitoringText(facts, now)),
    ...(facts.isBanned ? [row('banned', 'the platform no longer shows the account')] : []),
    row('followers', facts.followerCount === null ? 'the platform does not say' : String(facts.followerCount)),
    row('first seen', minute(channel.firstSeenAt)),
    row('last live', facts.lastSeenOnlineAt ? minute(facts.lastSeenOnlineAt) : 'never'),
    row('id', `${channel.externalId}  (channel ${channel.id}, account ${channel.platformUserId})`),
    '',
    'Names',
    ...names.map(({ slug, observedFrom, observedUntil }) =>
      row(slug, `${minute(observedFrom)} to ${observedUntil ? minute(observedUntil) : 'now'}`, nameWidth),
    ),
    '',
    sessions.length === 0 ? 'No broadcast was seen yet.' : 'Broadcasts, newest first',
    ...sessionLines(shown, now),
  ]
}

/** Shows one channel. */
export const showChannelCommand = storeCommand({
  name: 'channel',
  summary: 'show a channel: its status, its names and its last broadcasts, or what was true of it at an instant',
  details: [
    'A name that it had before finds it as well. A channel that is called like a command is shown by its address.',
  ],
  arguments: { handle: { ...handleArgument, required: true } },
  options: {
    platform: platformOption,
    at: {
      about: 'show what was true at this instant; a name is then that of whoever had it at the instant',
      value: instantValue,
    },
  },
  examples: [
    { call: 'channel astral_walrus29', about: 'a channel of the demo' },
    { call: 'channel https://kick.com/astral_walrus29 --json', about: 'the same by its address, for a script' },
    { call: 'channel astral_walrus29 --at 2026-11-22T13:00Z', about: 'what was true of it then' },
  ],
  result,
  async run({ handle, platform, at }, { services, tell }) {
    const { db, publicDb, clickHouse, env, clock } = services
    if (at && at.getTime() > clock()) throw new UsageError('--at must not be in the future.')
    const channel = await findChannel(db, handle, platform, at)
    const read = await readChannel(db, channel.id)
    const { facts } = read
    if (!facts) throw new ConfigError('The channel was deleted at this moment.')
    const databases = { dm: db, public: publicDb }
    const context = { loaders: createLoaders(), databases, clock, history: { store: clickHouse, env } }
    const chapters = await Promise.all(read.sessions.map((session) => chaptersOfSession(context, session)))
    const shown = { facts, read, chapters }
    const asOf = at ? await readMoment(context, channel.id, at) : null
    const page = asOf ? [titleOf(channel, facts), ...momentLines(asOf)] : pageOf(channel, shown, clock())
    tell({ ...resultOf(channel, shown), asOf }, page)
    return true
  },
})
