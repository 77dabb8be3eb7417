import { globalId } from '../../../src/resolvers/global-id.ts'
import { pageCursorCodec } from '../../../src/resolvers/page-cursor.ts'
import { buildSchema } from '../../../src/schema/schema.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../stores/statement.ts'
import type { HardRows } from './compiled-seed.ts'
import type { GeneratorOptions } from './document-generator.ts'

/** Reads the epoch of the status journal, which every cursor carries. */
export const readEpoch = statement('epoch', 'SELECT epoch::text FROM dm.status_journal')

/** The schema, and values for its arguments that reach the rows of `hardRows`, miss them, or are refused. */
export const generatorOptions = async (db: Postgres, rows: HardRows): Promise<GeneratorOptions> => {
  const [{ epoch }] = (await db.query<{ epoch: string }>(readEpoch)) as [{ epoch: string }]
  const codec = pageCursorCodec(epoch)
  const cursors = [
    ...[10, 40, 80].map((hours) =>
      codec.encode('sessions by start', [new Date(Date.UTC(2026, 0, 1) + hours * 3_600_000).toISOString(), '3']),
    ),
    ...rows.events.slice(0, 3).map((id) => codec.encode('status events by number', [`${id}`, `${id}`])),
    ...['last_seen_desc', 'first_seen_desc'].map((order) =>
      codec.encode(`channels by ${order}`, ['2026-01-01 05:00:00+00', '9']),
    ),
    codec.encode('all sessions by start', [new Date(Date.UTC(2026, 0, 1, 20)).toISOString(), '40']),
    codec.encode('channels by slug_asc', ['slug-17', '17']),
    codec.encode('channels by followers_desc', ['7', '7']),
    codec.encode('channels by viewers_desc', ['7', '7', '7', '10', '9223372036854775806']),
    codec.encode('channels by viewers_desc', ['-1', '9']),
    pageCursorCodec('another').encode('sessions by start', ['2026-01-01T00:00:00.000Z', '1']),
    'nonsense',
  ]
  const instants = [
    '2026-01-01T00:00:00Z',
    '2026-01-02T05:00:00.123+02:00',
    '2026-01-03T00:00:00Z',
    '2026-02-01T00:00:00Z',
  ]
  const ids = [
    ...rows.channels.slice(0, 6).map((id) => globalId('Channel', id)),
    ...rows.sessions.slice(0, 4).map((id) => globalId('StreamSession', id)),
    ...rows.events.slice(0, 4).map((id) => globalId('StatusEvent', id)),
    globalId('Channel', 123_456n),
    globalId('StreamSession', 9_223_372_036_854_775_807n),
    globalId('Streamer', rows.streamers[0]!),
    globalId('ChatArchive', 1n),
  ]
  return {
    schema: buildSchema(),
    values: {
      id: [...ids, rows.externalIds[0], rows.channels[0]!.toString(), '9223372036854775808', '0', 'nonsense'],
      ids,
      slugs: ['slug-0', 'slug-1', 'SLUG-6', 'shared', 'old-2-1', 'nobody', 'no slug'],
      category: ['plain', 'PLAIN', ' ünïcode ', 'nothing', '\u0007'],
      language: ['EN', 'fr'],
      trackedSince: instants,
      channels: [...ids.slice(0, 4), rows.externalIds[1], 'nonsense'],
      slug: ['slug-0', 'slug-1', ' SLUG-2', 'shared', 'old-2-1', 'old-3-2', 'slug-5', 'nobody', 'no slug', ''],
      platformUserId: ['user-0', 'user-1', '日本', ''],
      at: instants,
      from: instants,
      to: instants,
      first: [0, 1, 2, 3, 5, 20, 100, 101, 500, 501, -1],
      last: [0, 1, 2, 5, 100, 101],
      after: cursors,
      before: cursors,
      search: ['slug', 'PLAIN', '%', '_', '\\', 'ünï', '\u0007', ''],
      url: ['https://kick.com/slug-0'],
      timezone: ['UTC', 'America/New_York', 'Asia/Kolkata'],
      maxPoints: [500, 50, 2_000],
      days: [1, 7, 30],
      hours: [1, 24],
    },
  }
}

/** Values that are seldom refused. */
export const plausible = ({ values }: GeneratorOptions): GeneratorOptions['values'] => ({
  ...values,
  id: values.ids!.slice(0, 10),
  ids: values.ids!.slice(0, 10),
  slug: ['slug-0', 'slug-1', 'slug-2', 'slug-6', 'old-2-1', 'shared'],
  platformUserId: ['user-0', 'user-1'],
  from: ['2026-01-01T00:00:00Z'],
  to: ['2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'],
  first: [1, 2, 5, 20],
  last: [2, 5],
  after: [null],
  before: [null],
})
