import fc from 'fast-check'
import { isObjectType } from 'graphql'
import { describe, expect, test } from 'vitest'
import type { Caller } from '../../src/access/identity.ts'
import { everybody } from '../../src/access/identity.ts'
import { maximumCost } from '../../src/guard/cost.ts'
import { createGuard } from '../../src/guard/guard.ts'
import { buildSchema } from '../../src/schema/schema.ts'

const now = Date.parse('2026-11-29T12:34:56Z')
const day = 86_400_000
const schema = buildSchema()
const guard = createGuard({ schema, introspection: 'on', clock: () => now })
const caller: Caller = { identity: everybody, address: '127.0.0.1' }

const prepare = (query: string, variables: Record<string, unknown> = {}) => guard.prepare({ query, variables }, caller)
const costOf = (query: string, variables: Record<string, unknown> = {}): number => {
  const prepared = prepare(query, variables)
  if ('errors' in prepared) throw prepared.errors[0]
  return prepared.cost.requested
}

const range = (from: string, to = 'now') => `range: { from: "${from}", to: "${to}" }`
const ranking = (from: string, by = 'AVERAGE_VIEWERS') => `rankings(by: ${by}, ${range(from)}, first: 0) { total }`
const totals = (cut: string) => `totals(${cut}) { meta { coverage } }`
const topTen = `{ rankings(by: HOURS_WATCHED, ${range('now-24h')}, first: 10) { nodes { rank value channel { slug } } total } }`
const byHour = `{ totals(${range('now-24h/h', 'now/h')}, bucket: HOUR) { points { start viewers } } }`

describe('a scan costs', () => {
  test.each([
    ['a request for itself and a little for a day, beside what is answered', topTen, 1_032 + 1 + 10 * 5 + 1],
    ['more for a longer range', `{ ${ranking('now-500d')} }`, 17_000 + 2],
    ['more where only sums by hour are kept', `{ ${ranking('now-1d', 'CHATTERS')} }`, 1_192 + 2],
    ['as much for follows as for probes', `{ ${ranking('now-1d', 'FOLLOWS')} }`, 1_032 + 2],
    ['of buckets of hours what sums by hour cost', byHour, 1_192 + 1 + 25 * 3],
    [
      'of buckets of days what sums by day cost',
      `{ ${totals(`${range('now-30d/d', 'now/d')}, bucket: DAY`)} }`,
      1_960 + 3,
    ],
    [
      'of days of a zone what sums by hour cost',
      `{ ${totals(`${range('now-30d/d', 'now/d')}, bucket: DAY, timezone: "America/New_York"`)} }`,
      6_760 + 3,
    ],
    [
      'of days of a zone with half hours what single probes cost',
      `{ ${totals(`${range('now-30d/d', 'now/d')}, bucket: DAY, timezone: "Asia/Kolkata"`)} }`,
      145_000 + 3,
    ],
    [
      'of minutes what single probes cost',
      `{ ${totals(`${range('now-480m')}, bucket: MINUTE, filter: { language: "en" }`)} }`,
      2_600 + 3,
    ],
    [
      'of two channels what the chat of all by hour costs',
      `{ sharedChatters(channels: ["1", "2"], ${range('now-7d')}) { channels { chatters } } }`,
      2_344 + 1 + 2 * 2,
    ],
    [
      'of a broadcast a day and the hours around it',
      '{ broadcastChatters(session: "x", hours: 12) { chatters } }',
      1_384 + 2,
    ],
    ['of deliveries what the range costs', `{ webhookStatistics(${range('now-7d')}) { keptSince } }`, 2_344 + 2],
    [
      'of a search in each channel',
      `{ channels(first: 3) { nodes { chatMessages(${range('now-10d')}, search: "x", first: 1) { nodes { content } } } } }`,
      1 + 3 * (1 + 1_320 + 1 + 2),
    ],
    [
      'nothing for a page of chat without a search',
      `{ channel(id: "1") { chatMessages(${range('now-10d')}, first: 1) { nodes { content } } } }`,
      1 + 1 + 2,
    ],
    ['no more for all times than for a thousand days', `{ ${ranking('1970-01-01T00:00:00Z')} }`, 33_000 + 2],
    ['only itself for an empty range', `{ ${ranking('now')} }`, 1_000 + 2],
    ['only itself for a range that runs backward', `{ ${ranking('now+1d')} }`, 1_000 + 2],
    [
      'only itself for buckets that are refused',
      `{ ${totals(`${range('now')}, bucket: RAW, timezone: "UTC"`)} }`,
      1_000 + 3,
    ],
    ['only itself for hours that are refused', '{ broadcastChatters(session: "x", hours: -99) { chatters } }', 1_002],
  ])('%s', (_, query, expected) => {
    expect(costOf(query)).toBe(expected)
  })

  test('too much for thirty rankings of 500 days', () => {
    const aliases = Array.from({ length: 30 }, (_, i) => `a${i}: ${ranking(`now-${500 + i}d`)}`)
    const prepared = prepare(`{ ${aliases.join(' ')} }`)
    expect('errors' in prepared && prepared.errors[0]?.extensions.code).toBe('COST_LIMIT_EXCEEDED')
    expect(prepared.cost.requested).toBeGreaterThan(maximumCost)
  })

  test('never less for a longer range or finer sums, and the same from variables as from the document', () => {
    const document = (bucket: string) =>
      `query ($range: TimeRange!) { totals(range: $range, bucket: ${bucket}) { meta { coverage } } }`
    const length = fc.nat({ max: 120 * day })
    fc.assert(
      fc.property(length, length, (a, b) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)].map((ms) => ({
          range: { from: new Date(now - ms).toISOString(), to: new Date(now).toISOString() },
        }))
        const { from, to } = long!.range
        const byDay = costOf(document('DAY'), long)
        expect(costOf(`{ ${totals(`${range(from, to)}, bucket: DAY`)} }`)).toBe(byDay)
        expect(byDay).toBeGreaterThanOrEqual(costOf(document('DAY'), short))
        expect(byDay).toBeLessThanOrEqual(costOf(document('SIX_HOURS'), long))
      }),
    )
  })
})

test('the fields that scan say what it costs', () => {
  const scanning = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap(({ name, extensions }) =>
        'scanCost' in extensions ? [`${type.name}.${name}`] : [],
      ),
    )
  expect(scanning.sort()).toEqual([
    'Channel.chatMessages',
    'Query.alertDeliveryCounts',
    'Query.alertDryRun',
    'Query.broadcastChatters',
    'Query.lostDeliveries',
    'Query.rankings',
    'Query.sharedChatters',
    'Query.totals',
    'Query.webhookStatistics',
  ])
})
