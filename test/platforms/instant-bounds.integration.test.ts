import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statement } from '../../src/stores/postgres/statement.ts'
import { chatBody } from '../support/platforms/kick-bodies.ts'
import { kick, startToldChannel, twitch, twitchBody } from '../support/platforms/told-channel.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const platforms = [kick, twitch]

const untouched = { status: 'unknown', sessions: [], events: [] }

describe.each(platforms)('$name: a start that can not be true', (platform) => {
  test.each(['9999-01-01T00:00:00Z', '2099-12-31T23:59:59.999Z', '1999-12-31T23:59:59Z', '1970-01-02T00:00:00Z'])(
    '%s is kept aside, told or listed, and what comes after is as if it had not been',
    async (text) => {
      await using channel = await startToldChannel(database.db, platform)
      await channel.deliver(channel.startAt(text, 60))
      expect(await channel.outcomes()).toEqual(['MALFORMED'])
      expect(await channel.poll(70, ['s', text])).toEqual({ probes: 0, live: 0, unanswered: 1 })
      expect(await channel.state()).toEqual(untouched)

      await channel.poll(80, ['s', 10])
      expect(await channel.poll(90, ['s', text]), 'a row that says nothing is no miss').toMatchObject({ unanswered: 1 })
      await channel.deliver(channel.startAt(text, 95))
      await channel.deliver(channel.end(10, 100))
      expect(await channel.state()).toMatchObject({ status: 'offline', sessions: [[10, 100, 'webhook']] })
    },
  )

  test('a few minutes ahead is a clock that is a little off: one session, told and listed alike', async () => {
    await using channel = await startToldChannel(database.db, platform)
    await channel.deliver(channel.start('s', 340, 60))
    await channel.poll(70, ['s', 340])
    await channel.poll(400, ['s', 340])
    expect(await channel.outcomes()).toEqual(['PROJECTED'])
    expect(await channel.state()).toMatchObject({ status: 'online', sessions: [[340, null, null]] })
  })

  test('more than a few minutes ahead is kept aside', async () => {
    await using channel = await startToldChannel(database.db, platform)
    await channel.deliver(channel.start('s', 361, 60))
    await channel.poll(59, ['s', 361])
    expect(await channel.outcomes()).toEqual(['MALFORMED'])
    expect(await channel.state()).toEqual(untouched)
  })
})

describe('other instants that can not be true', () => {
  test('an end an hour ahead makes no session of an hour', async () => {
    await using channel = await startToldChannel(database.db, kick)
    await channel.deliver(channel.start('s', 0, 2))
    await channel.deliver(channel.endAt(channel.instant(0), channel.instant(3_630), 30))
    expect(await channel.outcomes()).toEqual(['PROJECTED', 'MALFORMED'])
    expect(await channel.state()).toMatchObject({ status: 'online', sessions: [[0, null, null]] })
  })

  test('an end that the clock of the platform puts a little ahead is when it was told', async () => {
    await using channel = await startToldChannel(database.db, kick)
    await channel.deliver(channel.endAt(channel.instant(0), channel.instant(200), 30))
    expect(await channel.state()).toMatchObject({ sessions: [[0, 30.3, 'webhook']] })
  })

  test.each(['2107-01-01T00:00:00Z', '1999-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])(
    'a chat message of %s is not chat',
    async (created_at) => {
      await using channel = await startToldChannel(database.db, kick)
      const body = chatBody(channel.user, `message-${channel.user}`, { created_at })
      await channel.deliver(channel.say(30, 'chat.message.sent', body))
      expect(await channel.outcomes()).toEqual(['MALFORMED'])
    },
  )

  test('a follow of tomorrow is no follow', async () => {
    await using channel = await startToldChannel(database.db, twitch)
    const follow = (followed_at: string) => ({
      ...channel.say(
        30,
        'channel.follow',
        twitchBody('channel.follow', channel.user, { user_id: '5', followed_at }, '2').body,
      ),
      eventVersion: '2',
    })
    await channel.deliver(follow(channel.instant(86_400)), follow(channel.instant(100)))
    expect(await channel.outcomes()).toEqual(['MALFORMED', 'PROJECTED'])
    const follows = statement(
      'test_follows',
      'SELECT occurred_at AS at FROM dm.kick_follow_event WHERE channel_id = $1',
    )
    expect(await database.db.query(follows, [channel.channelId])).toEqual([{ at: new Date(channel.instant(30.3)) }])
  })
})
