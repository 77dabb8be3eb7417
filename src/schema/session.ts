import { builtInPlatforms } from '../platforms/registry.ts'
import { requireNode } from '../resolvers/global-id.ts'
import { probedSessions } from '../resolvers/probed-rows.ts'
import { streamSessionByUrl, submissionGraceMinutes } from '../resolvers/session-by-url.ts'
import { chaptersOfSession, chaptersOfSessions } from '../resolvers/session-chapters.ts'
import { allSessionsRequest, sessions } from '../resolvers/session-list.ts'
import {
  durationSeconds,
  durationSql,
  sessionListRequest,
  sessionsOfChannel,
  streamSession,
  summaryOf,
} from '../resolvers/sessions.ts'
import { type Chapter, chapterAt, maxStatements } from '../sessions/chapters.ts'
import { askedBy } from './argument-scopes.ts'
import { builder } from './builder.ts'
import { channelOfRow } from './channel.ts'
import { connectionOfType, pageArguments, totalCount } from './connection.ts'
import { OriginEnum, PlatformEnum, StatusSourceEnum, stored } from './enums.ts'
import { idOf, NodeInterface, nodeRow } from './node.ts'
import { delegated, listOf, listOfChannel, ownRow, rowsBy, type SqlField, value } from './sql-field.ts'
import { TimeRangeInput } from './time-range.ts'

const SessionProvenanceType = builder.prismaObject('StreamSession', {
  variant: 'SessionProvenance',
  description: 'Who said that a broadcast began and ended.',
  fields: (t) => ({
    start: t.expose('startSource', {
      type: stored(StatusSourceEnum),
      description:
        'Of several the strongest, in whatever order they came: WEBHOOK, then OPERATOR, then IMPORT, then POLL.',
    }),
    end: t.expose('endSource', {
      type: stored(StatusSourceEnum),
      nullable: true,
      description: 'POLL where the end was inferred from probes. Null while the broadcast lasts.',
    }),
    origin: t.field({
      type: stored(OriginEnum),
      description: 'Where the record of the broadcast comes from.',
      select: { provenance: true },
      extensions: { sql: value((session) => `coalesce(${session}.provenance, 'observed')`) },
      resolve: ({ provenance }) => provenance ?? 'observed',
    }),
  }),
})

/** A field of the summary: from the row of an aggregated session, else from the probes. */
const summary = (column: (session: string) => string): SqlField =>
  delegated({
    told: probedSessions,
    stored: { value: column, isThere: (session) => `${session}.aggregated_at IS NOT NULL` },
  })

export const SessionChapterType = builder.objectRef<Chapter>('SessionChapter').implement({
  description:
    'A stretch of a broadcast with one title, category, language and mature flag. What was first said counts from the start of the broadcast.',
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime' }),
    until: t.expose('until', {
      type: 'DateTime',
      nullable: true,
      description: 'Where the next chapter begins or the broadcast ends; null while it lasts.',
    }),
    title: t.exposeString('title', { nullable: true }),
    category: t.exposeString('category', { nullable: true }),
    language: t.exposeString('language', { nullable: true }),
    isMature: t.exposeBoolean('isMature', {
      nullable: true,
      description: 'Null where nothing was reported of it.',
    }),
    source: t.expose('source', { type: stored(StatusSourceEnum), description: 'Who said what it began with.' }),
  }),
})

export const StreamSessionType = builder.prismaObject('StreamSession', {
  description: 'One broadcast of a channel, identified by the channel and its start.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id(idOf('StreamSession')),
    channel: t.field(channelOfRow),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true, description: 'Null while it lasts.' }),
    isLive: t.boolean({
      extensions: { sql: value((session) => `${session}.ended_at IS NULL`) },
      resolve: ({ endedAt }) => endedAt === null,
    }),
    title: t.exposeString('title', { nullable: true }),
    category: t.exposeString('category', { nullable: true }),
    language: t.exposeString('language', { nullable: true }),
    isMature: t.exposeBoolean('isMature', {
      nullable: true,
      description: 'Null where nothing was reported of it.',
    }),
    provenance: t.variant(SessionProvenanceType, { extensions: { sql: ownRow } }),
    chapters: t.field({
      type: [SessionChapterType],
      description:
        'The history of title, category, language and mature flag, oldest first; empty where none of them was reported.',
      extensions: { sql: delegated({ told: chaptersOfSessions }), listSize: () => 2 * maxStatements },
      resolve: (session, _, context) => chaptersOfSession(context, session),
    }),
    chapterAt: t.field({
      type: SessionChapterType,
      nullable: true,
      description: 'The chapter at an instant; null outside of the broadcast.',
      args: { at: t.arg({ type: 'DateTime', required: true }) },
      extensions: { sql: delegated({ told: chaptersOfSessions }) },
      resolve: async (session, { at }, context) => chapterAt(await chaptersOfSession(context, session), at) ?? null,
    }),
    durationSeconds: t.int({
      description: 'Until now while it lasts.',
      extensions: { sql: value(durationSql) },
      resolve: (session, _, { clock }) => durationSeconds(session, clock),
    }),
    peakViewers: t.int({
      nullable: true,
      description: 'Null where no probe saw viewers.',
      extensions: { sql: summary((session) => `${session}.peak_viewers`) },
      resolve: async (session, _, context) => (await summaryOf(context, session)).peakViewers,
    }),
    peakAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a probe first saw the peak.',
      extensions: { sql: summary((session) => `to_char(${session}.peak_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`) },
      resolve: async (session, _, context) => (await summaryOf(context, session)).peakAt,
    }),
    averageViewers: t.float({
      nullable: true,
      description: 'Weighted with time.',
      extensions: { sql: summary((session) => `${session}.average_viewers`) },
      resolve: async (session, _, context) => (await summaryOf(context, session)).averageViewers,
    }),
    hoursWatched: t.float({
      nullable: true,
      extensions: { sql: summary((session) => `${session}.hours_watched`) },
      resolve: async (session, _, context) => (await summaryOf(context, session)).hoursWatched,
    }),
    messages: t.exposeInt('messages', {
      nullable: true,
      description: 'Chat messages while it was on. Null until it is aggregated, some minutes after its end.',
    }),
    chatters: t.exposeInt('chatters', {
      nullable: true,
      description: 'Different people who wrote these messages. Null until it is aggregated.',
    }),
    follows: t.exposeInt('follows', {
      nullable: true,
      description: 'Follows while it was on. Null until it is aggregated.',
    }),
    coverage: t.exposeFloat('coverage', {
      nullable: true,
      description: 'The share of the expected probes that was made, 0 to 1. Null until it is aggregated.',
    }),
  }),
})

const StreamSessionConnection = connectionOfType(StreamSessionType)
builder.objectField(StreamSessionConnection, 'totalCount', (t) =>
  t.int(totalCount('of one channel, with filter.channels or slugs, or with live true')),
)

builder.prismaObjectFields('Channel', (t) => ({
  currentSession: t.field({
    type: StreamSessionType,
    nullable: true,
    description: 'The broadcast that lasts; null when the channel is not live.',
    select: (_args, _context, nested) => ({ sessions: nested({ where: { endedAt: null }, take: 1 }) }),
    resolve: ({ sessions }) => sessions[0] ?? null,
  }),
  sessions: t.field({
    type: StreamSessionConnection,
    description: 'Newest first; with a range those that overlap it.',
    args: { ...pageArguments, range: t.arg({ type: TimeRangeInput }) },
    extensions: { sql: listOfChannel(sessionListRequest) },
    resolve: ({ id }, args, context) => sessionsOfChannel(context, id, args),
  }),
}))

const SessionFilterInput = builder.inputType('SessionFilter', {
  fields: (t) => ({
    platform: t.field({ type: PlatformEnum, description: 'Left out, all platforms.' }),
    slugs: t.stringList({
      description:
        'Broadcasts of the channels with these slugs, at most 100, found as ChannelFilter.slugs finds them: whatever the channel was called then.',
    }),
    channels: t.idList({
      description: 'Broadcasts of these channels, at most 100. An id that no channel has finds nothing.',
    }),
    category: t.string({
      description:
        'The category that was reported last, in any case. Categories that it had before are in its chapters.',
    }),
    language: t.string({
      description: 'The language that was reported last, as the platform writes it, in any case.',
    }),
    range: t.field({
      type: TimeRangeInput,
      description: 'Broadcasts that overlap it: begun before its end, and not over when it begins.',
    }),
    live: t.boolean({ description: 'Whether it lasts.' }),
    claimed: t.boolean({
      description: 'Whether any streamer claims the channel, verified or not.',
      extensions: askedBy('operator'),
    }),
  }),
})

builder.queryField('sessions', (t) =>
  t.field({
    type: StreamSessionConnection,
    description: 'Broadcasts of all channels that fulfil the filter, newest first.',
    args: { filter: t.arg({ type: SessionFilterInput }), ...pageArguments },
    extensions: { sql: listOf(allSessionsRequest) },
    resolve: (_, args, context) => sessions(context, args),
  }),
)

builder.queryField('streamSession', (t) =>
  t.field({
    type: StreamSessionType,
    nullable: true,
    description: 'The session with this id; null when there is none.',
    args: { id: t.arg.id({ required: true }) },
    extensions: {
      sql: rowsBy(({ id }: { id: string }) =>
        nodeRow({ type: 'StreamSession', key: requireNode('id', 'StreamSession', id) }),
      ),
    },
    resolve: (_, { id }, context) => streamSession(context, id),
  }),
)

const hosts = builtInPlatforms.flatMap(({ streamAddresses }) => streamAddresses?.hosts[0] ?? [])

builder.queryField('streamSessionByUrl', (t) =>
  t.field({
    type: StreamSessionType,
    nullable: true,
    description:
      `The broadcast that a submitted stream URL meant at an instant: of whoever held the slug then, begun by then and last seen at most ${submissionGraceMinutes} minutes before. ` +
      `Addresses on ${hosts.join(' and ')}, also of recordings and clips below a channel. Null when there is none, and for an address that names no channel.`,
    args: { url: t.arg.string({ required: true }), at: t.arg({ type: 'DateTime', required: true }) },
    resolve: (_, args, context) => streamSessionByUrl(context, args),
  }),
)
