import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveBackLegacyTables } from '../../src/adoption/clickhouse/give-back.ts'
import { readEnvMapping } from '../../src/adoption/clickhouse/map-envs.ts'
import { dropOverlapTables, endOverlapColumns } from '../../src/adoption/clickhouse/overlap.ts'
import { legacyTelemetry, settleTelemetry } from '../../src/adoption/clickhouse/settle.ts'
import {
  endFillOfOverlap,
  endRetentionOfOverlap,
  takeOverLegacyTables,
} from '../../src/adoption/clickhouse/take-over.ts'
import { migrateClickHouse } from '../../src/stores/clickhouse/migrate.ts'
import type { ClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { applyRetention } from '../../src/stores/clickhouse/retention.ts'
import {
  failingAfter,
  rowsAsText,
  startLegacyHistories,
  tablesAsText,
  takeOverOptions,
  writeOldProbes,
  writeOldScores,
  writingBeside,
} from '../support/adoption/legacy-history.ts'
import { insertProbes } from '../support/stores/clickhouse.ts'

let engine: Awaited<ReturnType<typeof startLegacyHistories>>
beforeAll(async () => {
  engine = await startLegacyHistories()
})
afterAll(() => engine[Symbol.asyncDispose]())

/** Ten in the morning of a day about a month ago. */
const start = Math.floor(Date.now() / 86_400_000 - 40) * 86_400 + 36_000
const day = 86_400
const later = start + 30 * day
const probes = `SELECT env, platform_user_id AS id, toUnixTimestamp(ts) - ${start} AS at, is_live, viewer_count, follower_count, elapsed_seconds AS elapsed,
  interval_seconds AS interval, sample_seconds AS sample, missed_probes AS missed, provenance FROM kick_streamer_probe`
const sums = `SELECT platform_user_id AS id, sum(probes), sum(missed), sum(samples), sum(viewer_seconds), sum(seconds) FROM kick_streamer_probe_15m GROUP BY id`
const sumsOfRows = `SELECT platform_user_id AS id, count(), sum(missed_probes), count(viewer_count), sum(toUInt64(ifNull(viewer_count, 0)) * sample_seconds), sum(sample_seconds)
  FROM kick_streamer_probe GROUP BY id`
const settle = (store: ClickHouse, until = later) => settleTelemetry(store, { ...takeOverOptions, until })

test('a start on tables of before is refused, and changes nothing', async () => {
  await using store = await engine.legacy()
  const before = await tablesAsText(store)
  await expect(migrateClickHouse(store, takeOverOptions)).rejects.toThrow(
    'The ClickHouse table kick_streamer_probe has no is_live, elapsed_seconds, interval_seconds: it holds rows of a system from before. Run `channelscope adopt plan`.',
  )
  const { schema_migration: _, ...after } = await tablesAsText(store)
  expect(after).toEqual(before)
})

test('a database without tables of before is not touched', async () => {
  await using store = await engine.empty()
  await takeOverLegacyTables(store, takeOverOptions)
  expect(await tablesAsText(store)).toEqual({})
})

describe('what rows of before tell becomes ours', () => {
  let store: ClickHouse
  beforeAll(async () => {
    store = await engine.legacy()
    await writeOldProbes(store, [
      { channel: 'watched', at: start, started: start - 600, viewers: 10, followers: 5 },
      { channel: 'watched', at: start + 60, started: start - 600, viewers: 0 },
      { channel: 'watched', at: start + 120 },
      { channel: 'watched', at: start + 180 },
      { channel: 'watched', at: start + 600 },
      { channel: 'watched', at: start + 660 },
      { channel: 'no start', at: start, viewers: 7 },
      { channel: 'twice', at: start, started: start - 60, viewers: 3 },
      { channel: 'twice', at: start, started: start - 60, viewers: 4 },
      { channel: 'over midnight', at: start + 50_370, started: start, viewers: 1 },
      { channel: 'over midnight', at: start + 50_430, started: start, viewers: 1 },
      { channel: 'slow', at: start, started: start - 60, viewers: 1 },
      { channel: 'slow', at: start + 300, started: start - 60, viewers: 1 },
      { channel: 'slow', at: start + 600, started: start - 60, viewers: 1 },
      { channel: 'elsewhere', at: start, viewers: 1, env: 'stage' },
      { channel: 'elsewhere', at: start, viewers: 1, env: 'prod' },
    ])
    await writeOldScores(store, [
      { channel: 'scored', at: start, score: 73.21 },
      { channel: 'scored', at: start + day, score: 50, factors: 'no JSON' },
    ])
    const envs = await readEnvMapping(store, 'production', [{ from: 'prod', to: null }])
    expect(envs).toEqual({ prod: 'production' })
    await takeOverLegacyTables(store, { ...takeOverOptions, envs })
  })
  afterAll(() => store[Symbol.asyncDispose]())

  test.each([
    ['a probe with viewers', 'watched', 0, `(true,10,5,0,60,60,0)`],
    ['nobody watching a broadcast', 'watched', 60, `(true,0,NULL,60,60,60,0)`],
    ['not live, without viewers', 'watched', 120, `(false,NULL,NULL,60,60,0,0)`],
    ['a hole of seven minutes', 'watched', 600, `(false,NULL,NULL,420,60,0,6)`],
    ['viewers without a start', 'no start', 0, `(true,7,NULL,0,60,60,0)`],
    ['two rows of one second, of which the greater counts', 'twice', 0, `(true,4,NULL,0,60,60,0)`],
    ['the first row of a day, which knows the day before', 'over midnight', 50_430, `(true,1,NULL,60,60,60,0)`],
    ['a slower system, whose usual distance counts', 'slow', 300, `(true,1,NULL,300,300,300,0)`],
  ])('%s', async (_, channel, at, expected) => {
    expect(
      await rowsAsText(
        store,
        `SELECT is_live, viewer_count, follower_count, elapsed, interval, sample, missed FROM (${probes}) WHERE id = '${channel}' AND at = ${at}`,
      ),
    ).toEqual([expected])
  })

  test('rows of other environments keep their name, unless they are told to be of the tier', async () => {
    expect(await rowsAsText(store, `SELECT env, provenance FROM (${probes}) WHERE id = 'elsewhere'`)).toEqual([
      `('production','legacy')`,
      `('stage','legacy')`,
    ])
  })

  test.each([
    [
      'a name that no row has',
      [{ from: 'prdo', to: null }],
      'No row of ClickHouse has the env prdo: --env may name prod, production, stage.',
    ],
    [
      'a name twice',
      [
        { from: 'prod', to: null },
        { from: 'prod', to: 'x' },
      ],
      '--env names prod twice: name it once.',
    ],
    [
      'another mapping than the one that was used',
      [{ from: 'stage', to: null }],
      'The tables of ClickHouse were taken over with another --env',
    ],
  ])('%s is refused', async (_, mappings, sentence) => {
    await expect(readEnvMapping(store, 'production', mappings)).rejects.toThrow(sentence)
  })

  test('the sums of 15 minutes are those of the rows', async () => {
    expect(await rowsAsText(store, sums)).toEqual(await rowsAsText(store, sumsOfRows))
  })

  test('scores keep their hundredths, and factors become a list', async () => {
    expect(
      await rowsAsText(store, 'SELECT score, algorithm, factors_json, provenance FROM streamer_trust_score_history'),
    ).toEqual([
      `(50,'legacy','[{"name":"unreadable","value":null,"weight":0,"contribution":0,"explanation":"no JSON"}]','legacy')`,
      `(73.21,'legacy','[{"name":"age","value":3,"weight":0,"contribution":0,"explanation":"As the system from before computed it: 3"}]','legacy')`,
    ])
  })
})

const few = (from: number, count: number, viewers = 5) =>
  Array.from({ length: count }, (_, n) => ({ channel: 'one', at: from + n * 60, started: start - 60, viewers }))

test('old writers write on in both forms and are never refused, and each of their rows counts once', async () => {
  await using store = await engine.legacy()
  await using writer = await engine.again(store)
  await writeOldProbes(store, few(start, 10))
  let written = 0
  const write = async () => {
    const form = written % 2 === 0 ? 'JSON' : 'VALUES'
    const at = later + 60 * written++
    await writeOldProbes(writer, [{ channel: 'two', at, started: start, viewers: 2 }], form)
    await writeOldScores(writer, [{ channel: 'two', at, score: 50 }])
  }
  await takeOverLegacyTables(writingBeside(store, write), takeOverOptions)
  for (let n = 0; n < 4; n++) await write()
  expect(written).toBeGreaterThan(20)
  const until = later + 60 * written
  await settle(store, until)
  expect(
    await rowsAsText(store, `SELECT id, count(), uniqExact(at), countIf(interval = 0) FROM (${probes}) GROUP BY id`),
  ).toEqual([`('one',10,10,0)`, `('two',${written},${written},0)`])
  expect(await rowsAsText(store, sums)).toEqual(await rowsAsText(store, sumsOfRows))
  expect(
    await rowsAsText(
      store,
      `SELECT count(), uniqExact(computed_at), countIf(factors != '') FROM streamer_trust_score_history`,
    ),
  ).toEqual([`(${written},${written},0)`])
  expect((await legacyTelemetry(store)).map(({ state, unsettled }) => [state, unsettled])).toEqual([
    ['taken', 0],
    ['taken', 0],
  ])
})

const minutes = (from: number, count: number) => Array.from({ length: count }, (_, n) => start + from + n * 60)
const old = (ats: readonly number[]) => (store: ClickHouse) =>
  writeOldProbes(
    store,
    ats.map((at) => ({ channel: 'one', env: 'test', at, started: start - 60, viewers: 5 })),
  )

test('hours watched count once where both systems look, in whatever order rows arrive and are settled', async () => {
  const arrivals = [
    old(minutes(0, 5)),
    old(minutes(300, 5)),
    // This program looks half a minute later than the old system, from the sixth minute on.
    (store: ClickHouse) =>
      insertProbes(
        store,
        minutes(330, 10).map((at) => ({ channel: 'one', at, startedAt: start - 60, viewers: 5 })),
      ),
    old(minutes(600, 10)),
    old(minutes(150, 1)),
  ]
  const orders = fc.shuffledSubarray(arrivals, { minLength: arrivals.length })
  const whenSettled = fc.array(fc.boolean(), { minLength: arrivals.length, maxLength: arrivals.length })
  await fc.assert(
    fc.asyncProperty(orders, whenSettled, async (order, isSettled) => {
      await using store = await engine.legacy()
      await takeOverLegacyTables(store, takeOverOptions)
      for (const [n, arrive] of order.entries()) {
        await arrive(store)
        if (isSettled[n]) await settle(store)
      }
      await settle(store)
      // Five viewers from a minute before the first look to the last one, but for half a minute: the look of the old system at 300 s lies in the
      // time of ours at 330 s, and is left out with the half of its own time that lies before.
      expect(await rowsAsText(store, 'SELECT sum(viewer_count * sample_seconds) FROM kick_streamer_probe')).toEqual([
        '(5850)',
      ])
      expect(await rowsAsText(store, sums)).toEqual(await rowsAsText(store, sumsOfRows))
      expect(await rowsAsText(store, 'SELECT count() FROM kick_streamer_probe_before')).toEqual(['(21)'])
    }),
    // Another order in every run of the tests: it takes 15 s of processor time.
    { numRuns: 1 },
  )
})

const look = async (store: ClickHouse) => [
  await rowsAsText(store, probes),
  await rowsAsText(store, sums),
  await rowsAsText(store, 'SELECT * FROM streamer_trust_score_history'),
  await tablesAsText(store),
]

const fillOld = async (store: ClickHouse) => {
  for (const days of [0, 35]) await writeOldProbes(store, few(start - days * day, 30))
  await writeOldScores(store, [{ channel: 'one', at: start, score: 1 }])
}

test('killed after any statement, a takeover goes on to the same end', async () => {
  await using whole = await engine.legacy()
  await fillOld(whole)
  await takeOverLegacyTables(whole, takeOverOptions)
  await using store = await engine.legacy()
  await fillOld(store)
  let runs = 0
  for (let isOver = false; !isOver; runs++) {
    isOver = await takeOverLegacyTables(failingAfter(store, 5 + runs * 17), takeOverOptions).then(
      () => true,
      (error: Error) => {
        if (error.message !== 'killed') throw error
        return false
      },
    )
  }
  expect(runs).toBeGreaterThan(2)
  expect(await look(store)).toEqual(await look(whole))
})

test('in the end the tables are those of an empty install, and what is not ours is as it was', async () => {
  await using fresh = await engine.empty()
  await migrateClickHouse(fresh, takeOverOptions)
  await using store = await engine.legacy()
  const { sumsub_webhooks } = await tablesAsText(store)
  await fillOld(store)
  await takeOverLegacyTables(store, takeOverOptions)
  await settle(store)
  await endOverlapColumns(store)
  await endFillOfOverlap(store, takeOverOptions)
  await endRetentionOfOverlap(store, takeOverOptions)
  await dropOverlapTables(store)
  expect(await tablesAsText(store)).toEqual({ ...(await tablesAsText(fresh)), sumsub_webhooks })
  expect(await applyRetention(store, takeOverOptions.settings, takeOverOptions.log)).toEqual([])
})

test('given back, the tables of before are as they were, with what was written meanwhile', async () => {
  await using store = await engine.legacy()
  const tables = await tablesAsText(store)
  await fillOld(store)
  await takeOverLegacyTables(store, takeOverOptions)
  await writeOldProbes(store, few(later, 3))
  await insertProbes(store, [{ channel: 'ours', at: later, startedAt: start, viewers: 9 }])
  let isOver = false
  for (let run = 1; !isOver; run += 6)
    isOver = await giveBackLegacyTables(failingAfter(store, run)).then(
      () => true,
      (error: Error) => {
        if (error.message !== 'killed') throw error
        return false
      },
    )
  expect(await tablesAsText(store)).toEqual(tables)
  expect(
    await rowsAsText(
      store,
      'SELECT env, platform_user_id, count(), sum(viewer_count) FROM kick_streamer_probe GROUP BY ALL',
    ),
  ).toEqual([`('production','one',63,315)`, `('test','ours',1,9)`])
})
