import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import type { DemoProcessOptions, DemoResult, Interruption } from '../support/app/demo-process.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const script = fileURLToPath(new URL('../support/app/demo-process.ts', import.meta.url))
const channels = 15
const at = Date.parse('2026-01-15T18:00:00Z')

const pastInPostgres = statement(
  'test_past',
  `SELECT (SELECT json_agg(json_build_array(c.platform_user_id, c.current_slug, c.status) ORDER BY c.platform_user_id)
     FROM dm.streamer_channel c) AS channels,
   (SELECT json_agg(json_build_array(c.platform_user_id, s.started_at, s.ended_at, s.title) ORDER BY c.platform_user_id, s.started_at)
     FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id) AS sessions,
   (SELECT json_agg(json_build_array(c.platform_user_id, e.event_type, e.event_timestamp)
       ORDER BY c.platform_user_id, e.event_timestamp, e.event_type)
     FROM dm.status_event e JOIN dm.streamer_channel c ON c.id = e.channel_id) AS events`,
)

/** Runs a start with each interruption in turn and then one without, and tells what is there in the end. */
const live = async (interruptions: readonly Interruption[]) => {
  await using database: TestDatabase = await createTestDatabase()
  await using directory = await temporaryDirectory('demo-interrupted')
  const result = path.join(directory.path, 'result.json')
  for (const interruption of [...interruptions, undefined]) {
    const options: DemoProcessOptions = {
      databaseUrl: database.url,
      directory: path.join(directory.path, 'spool'),
      at,
      channels,
      pollIntervalSeconds: 120,
      result,
      ...(interruption && { interruption }),
    }
    const child = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const [code, signal] = await once(child, 'close')
    const killed = interruption !== undefined && interruption.how !== 'told'
    expect({ code, signal }).toEqual(killed ? { code: null, signal: 'SIGKILL' } : { code: 0, signal: null })
  }
  const { calls, probes, deliveries } = JSON.parse(await readFile(result, 'utf8')) as DemoResult
  // Channels that are due at the same instant are looked at in any order.
  return { calls, past: { probes: probes.toSorted(), deliveries, ...(await database.db.query(pastInPostgres))[0] } }
}

let whole: Awaited<ReturnType<typeof live>>
beforeAll(async () => {
  whole = await live([])
})

test('a start that nobody interrupts has a past, each row of it once', () => {
  const { probes, deliveries } = whole.past
  expect(probes.length).toBeGreaterThan(channels * 8)
  expect(deliveries.length).toBeGreaterThan(100)
  expect(new Set(probes).size).toBe(probes.length)
  expect(new Set(deliveries).size).toBe(deliveries.length)
})

const last = (call: Interruption['call']): number => whole.calls[call]

test.each<[string, () => Interruption[]]>([
  ['told to stop at the beginning', () => [{ call: 'append', n: 1, how: 'told' }]],
  ['told to stop half way', () => [{ call: 'append', n: 10, how: 'told' }]],
  ['killed before the first row', () => [{ call: 'append', n: 1, how: 'before' }]],
  ['killed half way', () => [{ call: 'append', n: 11, how: 'after' }]],
  ['killed after the last row', () => [{ call: 'append', n: last('append'), how: 'after' }]],
  ['killed when Postgres has its part', () => [{ call: 'settle', n: 1, how: 'before' }]],
  ['killed when part of the rows were sent on', () => [{ call: 'settle', n: 1, how: 'after' }]],
  ['killed before people of a stretch were told', () => [{ call: 'settle', n: last('settle') - 3, how: 'before' }]],
  ['told to stop while people are told', () => [{ call: 'take', n: last('take') - 4, how: 'told' }]],
  ['killed when people of the last stretch were told', () => [{ call: 'settle', n: last('settle'), how: 'after' }]],
  [
    'interrupted again and again',
    () => [
      { call: 'append', n: 10, how: 'after' },
      { call: 'append', n: 20, how: 'told' },
      { call: 'append', n: last('append') - 1, how: 'before' },
      { call: 'settle', n: 4, how: 'before' },
    ],
  ],
])(
  'a start that was %s gets all of its past, and nothing twice, from the next one',
  {
    timeout: 240_000,
  },
  async (_, interruptions) => {
    expect((await live(interruptions())).past).toEqual(whole.past)
  },
)
