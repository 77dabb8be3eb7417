import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExportFormat } from '../../src/exports/export-format.ts'
import { importKinds } from '../../src/imports/kinds.ts'
import { aggregateEndedSessions } from '../../src/workers/aggregate-sessions.ts'
import { operatorKey, startTestApi } from '../support/http/api.ts'
import { createImportWorld, type ImportWorld, type Instance } from '../support/imports/import-world.ts'
import { seed } from '../support/stores/seed.ts'

let world: ImportWorld
let origin: Instance
let channels: { id: bigint; user: string; slug: string }[]

const hour = 3_600_000
const start = Math.floor(Date.now() / (24 * hour)) * 24 * hour - 5 * 24 * hour
const now = start + 4 * 24 * hour
const at = (hours: number) => new Date(start + hours * hour)

/** Broadcasts in hours since the start: of each channel two, of which the second crosses a day. */
const broadcasts = [
  { from: 2, to: 5, title: 'first, with "quotes"' },
  { from: 20, to: 27, title: 'second\nof two lines' },
]

const query = `query ($slug: String!, $range: TimeRange!) {
  channel(slug: $slug) {
    slug platformUserId
    viewers(range: $range, bucket: HOUR) { meta { coverage } points { start min max last average samples } outages { from to reason } }
    raw: viewers(range: $range, bucket: FIFTEEN_MINUTES) { points { start min max last average samples } }
    chatMessages(range: $range, first: 100) { nodes { messageId content createdAt username platformUserId } }
    follows(range: $range, bucket: HOUR) { points { start follows } }
    sessions(first: 10) { nodes { startedAt endedAt title category language isMature durationSeconds peakViewers peakAt averageViewers hoursWatched
      messages chatters follows coverage chapters { from until title category language isMature } } }
  }
  hours: rankings(by: HOURS_WATCHED, range: $range) { total nodes { rank value share coverage channel { slug } } }
  peak: rankings(by: PEAK_VIEWERS, range: $range) { nodes { rank value peakAt channel { slug } } }
  air: rankings(by: AIR_TIME, range: $range, filter: { category: "Chess" }) { total nodes { rank value share channel { slug } } }
  messages: rankings(by: MESSAGES, range: $range) { total nodes { rank value channel { slug } } }
  chatters: rankings(by: CHATTERS, range: $range) { total nodes { rank value channel { slug } } }
  follows: rankings(by: FOLLOWS, range: $range) { total nodes { rank value channel { slug } } }
  totals(range: $range, bucket: HOUR) { points { start liveChannels viewers observedChannels messages follows } }
}`

const aggregate = ({ db, env }: Instance) =>
  aggregateEndedSessions({
    db,
    clickHouse: world.store,
    env,
    history: { completeThrough: () => new Date(Date.now() + hour), lost: () => [] },
    retentionDays: () => ({ probes: 3650, chat: 3650 }),
    signal: new AbortController().signal,
  })

const answersOf = async ({ db, env }: Instance) => {
  await using api = await startTestApi({
    db,
    clock: () => now,
    services: { history: { store: world.store, env, completeThrough: () => new Date(now), lost: () => [] } },
  })
  const range = { from: at(1).toISOString(), to: at(30).toISOString() }
  const answers = []
  for (const { slug } of channels) {
    const { data, errors } = await api.ask(query, { slug, range }, operatorKey)
    expect(errors).toBeUndefined()
    answers.push(data)
  }
  return answers
}

beforeAll(async () => {
  world = await createImportWorld()
  origin = await world.instance('origin')
  const { db, env } = origin
  const rows = seed(db)
  channels = []
  for (const slug of ['alpha', 'beta']) {
    const id = await rows.channel({ slug, firstSeenAt: new Date(at(1).getTime() + 1_000) })
    const { rows: found } = await db.pool.query(
      'SELECT platform_user_id AS user FROM dm.streamer_channel WHERE id = $1',
      [id],
    )
    channels.push({ id, user: found[0].user, slug })
    await rows.slugPeriod(id, slug, at(1), null)
    for (const { from, to, title } of broadcasts) await rows.session(id, at(from), at(to), title)
    // Probed each minute, with an hour in which nobody looked, and a second late now and then.
    const live = broadcasts.map(({ from, to }) => `second >= ${from * 3600} AND second < ${to * 3600}`)
    await world.store.command(
      `INSERT INTO kick_streamer_probe (env, platform, platform_user_id, ts, is_live, stream_started_at, viewer_count, elapsed_seconds, interval_seconds, title, category, language, is_mature)
       SELECT '${env}', 'kick', '${found[0].user}', toDateTime64(${start / 1000} + second, 3, 'UTC'), live > 0,
         multiIf(live = 1, toDateTime(${at(broadcasts[0]!.from).getTime() / 1000}), live = 2, toDateTime(${at(broadcasts[1]!.from).getTime() / 1000}), toDateTime(0)),
         if(live > 0 AND n % 7 != 0, toUInt32(100 + (n * 37) % 500 + ${slug.length}), NULL), if(before = 0, 0, second - before), 60,
         if(live > 0, ['first, with "quotes"', 'second\nof two lines'][live], ''), if(live > 0, if(n % 200 < 100, 'Chess', 'Just Chatting'), ''), if(live > 0, 'en', ''),
         if(live > 0, n % 300 > 150, NULL)
       FROM (SELECT n, second, multiIf(${live[0]}, 1, ${live[1]}, 2, 0) AS live, lagInFrame(second) OVER (ORDER BY second ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS before
         FROM (SELECT number AS n, toInt64(3600 + number * 60 + (number % 3 = 0)) AS second FROM numbers(1740) WHERE NOT (number BETWEEN 200 AND 260)))`,
    )
    await world.store.command(
      `INSERT INTO kick_chat_message (env, channel_id, channel_slug, message_id, platform_user_id, username, content, emotes_json, badges_json, created_at)
       SELECT '${env}', ${id}, '${slug}', concat('${slug}-', toString(number)), toString(number % 50), if(number % 9 = 0, '', concat('user ', toString(number % 50))),
         ['hello', 'a, "b"', 'two\nlines', '=1+1', '日本語 😀', 'back\\\\slash'][number % 6 + 1], '[{"id":1}]', '[]', toDateTime(${start / 1000} + 7200 + number * 11) FROM numbers(3000)`,
    )
    await db.pool.query(
      `INSERT INTO dm.kick_follow_event (channel_id, follower_platform_user_id, occurred_at)
       SELECT $1, CASE WHEN n % 5 = 0 THEN NULL ELSE 'f' || n END, $2::timestamptz + (n / 2) * interval '77 seconds' FROM generate_series(1, 400) n`,
      [id, at(2)],
    )
  }
  await aggregate(origin)
})
afterAll(() => world[Symbol.asyncDispose]())

test.each(['csv', 'ndjson', 'parquet'] as ExportFormat[])(
  'an instance that was filled from exports as %s answers as the origin does',
  async (format) => {
    const other = await world.instance(`other-${format}`)
    for (const { id, slug } of channels) {
      // The files of a channel do not name its slug, which may be another one by now.
      for (const kind of importKinds.toReversed()) {
        const mapping = { columns: {}, instants: {}, constants: { channel_slug: slug }, delimiter: ',' }
        const { report } = await other.import(kind, await origin.export(kind, id, format), { mapping })
        expect(report).toMatchObject({ refused: 0, present: 0, repeated: 0 })
      }
    }
    await aggregate(other)
    expect(await answersOf(other)).toEqual(await answersOf(origin))
    const provenance = await other.db.pool.query('SELECT DISTINCT provenance FROM dm.stream_session')
    expect(provenance.rows).toEqual([{ provenance: 'import' }])
  },
)
