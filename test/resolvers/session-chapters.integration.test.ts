import { expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import { applyStatus } from '../../src/sessions/apply-status.ts'
import type { StatusObservation, StreamDetails } from '../../src/sessions/status-observation.ts'
import { channelsApi } from '../support/http/channels-api.ts'
import { received } from '../support/sessions/received.ts'
import { statement } from '../support/stores/statement.ts'

const world = channelsApi()

const start = Date.UTC(2026, 4, 1, 12)
const minute = (n: number): Date => new Date(start + n * 60_000)

const tell = (observations: readonly StatusObservation[]) =>
  world.database.db.transaction((tx) => applyStatus(tx, observations))

const readId = statement(
  'test_session_id',
  'SELECT id FROM dm.stream_session WHERE channel_id = $1 AND started_at = $2',
)

const query = `query ($id: ID!, $at: DateTime!) { streamSession(id: $id) {
  title category isMature
  chapters { from until title category language isMature source }
  chapterAt(at: $at) { title source } } }`

test('a session tells the history of its details from polls and deliveries, in both ways of answering', async () => {
  const channelId = world.second
  const poll = (n: number, details: StreamDetails): StatusObservation => ({
    kind: 'live',
    channelId,
    source: 'poll',
    at: minute(n),
    ...received(minute(n)),
    startedAt: minute(0),
    details,
  })
  await tell([poll(1, { title: 'A', category: 'Chess', language: 'en', isMature: false })])
  const metadata = (n: number, title: string): StatusObservation => ({
    kind: 'details',
    channelId,
    source: 'webhook',
    at: minute(n),
    ...received(minute(n)),
    details: { title },
  })
  await tell([metadata(10, 'B')])
  await tell([poll(20, { title: 'B', category: 'Poker', language: 'en', isMature: true })])
  // Late, and told twice.
  await tell([metadata(5, 'Z'), metadata(5, 'Z')])
  const [session] = await world.database.db.query<{ id: bigint }>(readId, [channelId, minute(0)])
  const variables = { id: globalId('StreamSession', session!.id), at: minute(7).toISOString() }
  const iso = (n: number) => minute(n).toISOString()
  const same = { language: 'en' }
  for (const way of ['ask', 'execute'] as const) {
    const { data, errors } = await world.api[way](query, variables)
    expect(errors).toBeUndefined()
    expect(data.streamSession).toEqual({
      title: 'B',
      category: 'Poker',
      isMature: true,
      chapterAt: { title: 'Z', source: 'WEBHOOK' },
      chapters: [
        { ...same, from: iso(0), until: iso(5), title: 'A', category: 'Chess', isMature: false, source: 'POLL' },
        { ...same, from: iso(5), until: iso(10), title: 'Z', category: 'Chess', isMature: false, source: 'WEBHOOK' },
        { ...same, from: iso(10), until: iso(20), title: 'B', category: 'Chess', isMature: false, source: 'WEBHOOK' },
        { ...same, from: iso(20), until: null, title: 'B', category: 'Poker', isMature: true, source: 'POLL' },
      ],
    })
  }
})
