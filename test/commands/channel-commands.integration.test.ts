import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CommandServices } from '../../src/commands/store-command.ts'
import { silentLog } from '../../src/lib/log.ts'
import { askCommand, askJson } from '../support/commands/ask-command.ts'
import { handlePlatform, knownHandle } from '../support/platforms/handle-platform.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'

const now = Date.parse('2026-05-01T12:00:00Z')

let database: TestDatabase
let services: Partial<CommandServices>
let channelId: bigint
beforeAll(async () => {
  database = await createTestDatabase()
  const insert = seed(database.db)
  const firstSeenAt = new Date('2026-01-01T00:00:00Z')
  channelId = await insert.channel({
    slug: 'newname',
    displayName: 'mo\u202egpj',
    status: 'online',
    followers: null,
    firstSeenAt,
  })
  await insert.slugPeriod(channelId, 'oldname', firstSeenAt, new Date('2026-02-01T00:00:00Z'))
  await insert.slugPeriod(channelId, 'newname', new Date('2026-02-01T00:00:00Z'), null)
  await insert.session(channelId, new Date('2026-04-30T10:00:00Z'), new Date('2026-04-30T13:30:00Z'), 'Yesterday')
  await insert.session(channelId, new Date('2026-05-01T11:00:00Z'), null, 'Today\u001b[2J')
  const platforms = new Map([
    [
      'kick',
      handlePlatform((slug) =>
        knownHandle(slug === 'fresh' ? { platformUserId: '900', slug: 'fresh', displayName: 'Fresh' } : null),
      ),
    ],
  ]) as CommandServices['platforms']
  services = { db: database.db, platforms, log: silentLog, clock: () => now }
})
afterAll(() => database[Symbol.asyncDispose]())

const ask = (...words: string[]) => askCommand(words, { services })
const json = (...words: string[]) => askJson(words, { services })

describe('channel <handle>', () => {
  test('shows status, names and broadcasts on a page that no name can disturb', async () => {
    const { ok, lines } = await ask('channel', 'newname')
    expect(ok).toBe(true)
    expect(lines).toEqual([
      'newname (kick)  mo\\u202egpj',
      '  status      live',
      '  monitored   no, it never was',
      '  followers   the platform does not say',
      '  first seen  2026-01-01T00:00Z',
      '  last live   never',
      expect.stringMatching(/^ {2}id {10}[0-9A-Z]{26} {2}\(channel \d+, account user-\d+\)$/),
      '',
      'Names',
      '  newname     2026-02-01T00:00Z to now',
      '  oldname     2026-01-01T00:00Z to 2026-02-01T00:00Z',
      '',
      'Broadcasts, newest first',
      '  2026-05-01T11:00Z  live, 1 h 0 min   Today\\u001b[2J',
      '  2026-04-30T10:00Z  3 h 30 min        Yesterday',
    ])
  })

  test('tells a script the same with stable fields', async () => {
    const [channel] = await json('channel', 'newname')
    expect(channel).toMatchObject({
      channelId: channelId.toString(),
      platform: 'kick',
      slug: 'newname',
      redirectedFrom: null,
      displayName: 'mo\u202egpj',
      status: 'online',
      isMonitored: false,
      followerCount: null,
      names: [
        { slug: 'newname', until: null },
        { slug: 'oldname', until: '2026-02-01T00:00:00.000Z' },
      ],
      sessions: [
        { startedAt: '2026-05-01T11:00:00.000Z', endedAt: null },
        { startedAt: '2026-04-30T10:00:00.000Z', endedAt: '2026-04-30T13:30:00.000Z', endSource: 'poll' },
      ],
    })
  })

  test('shows the peak and the chapters of broadcasts', async () => {
    const id = await seed(database.db).channel({ slug: 'chaptered' })
    const [began, ended] = [new Date('2026-04-30T10:00:00Z'), new Date('2026-04-30T13:00:00Z')]
    await seed(database.db).session(id, began, ended, 'Second')
    await database.db.pool.query('UPDATE dm.stream_session SET peak_viewers = 1234 WHERE channel_id = $1', [id])
    for (const [title, hour] of [
      ['First', '10'],
      ['Second', '11'],
    ])
      await database.db.pool.query(
        `INSERT INTO dm.session_detail (channel_id, session_started_at, said_at, source, title) VALUES ($1, $2, $3, 'poll', $4)`,
        [id, began, new Date(`2026-04-30T${hour}:00:00Z`), title],
      )
    const { lines } = await ask('channel', 'chaptered')
    expect(lines.slice(-3)).toEqual([
      '  2026-04-30T10:00Z  3 h 0 min, peak 1234  Second',
      '    from 2026-04-30T10:00Z  First',
      '    from 2026-04-30T11:00Z  Second',
    ])
    const [told] = await json('channel', 'chaptered')
    expect(told.sessions).toMatchObject([
      { peakViewers: 1234, chapters: [{ title: 'First', until: '2026-04-30T11:00:00.000Z' }, { title: 'Second' }] },
    ])
    expect(told.asOf).toBeNull()
  })

  test('finds a channel by an earlier name, its address and its ids, and says how it is called now', async () => {
    const [{ id }] = await json('channel', 'newname')
    const names = ['oldname', 'OldName', '@oldname', 'https://kick.com/oldname', id]
    const found = await Promise.all(names.map(async (name) => (await json('channel', name))[0]))
    expect(found.map(({ slug, redirectedFrom }) => [slug, redirectedFrom])).toEqual([
      ...names.slice(0, 4).map(() => ['newname', 'oldname']),
      ['newname', null],
    ])
  })

  test.each([
    [['channel', 'nobody'], 'No channel "nobody" of kick is known: channelscope channel track looks it up.'],
    [
      ['channel', 'newname', '--platform', 'twitch'],
      'No channel "newname" of twitch is known: channelscope channel track looks it up.',
    ],
    [
      ['channel', 'https://kick.com/a', '--platform', 'twitch'],
      '--platform must be kick, which the address is of, or be left out.',
    ],
    [
      ['channel', '\u202enewname'],
      '<handle> must be the name in the address of a channel, that address, or the id of a channel.',
    ],
    [
      ['channel', 'trak', 'newname'],
      'There is no command "channel trak": use channel, channel track, channel pause, channel resume, channel delete.',
    ],
  ])('%j is refused in one sentence', async (words, message) => {
    await expect(ask(...words)).rejects.toThrow(message)
  })
})

const actions = statement('test_actions', 'SELECT action, subject FROM dm.audit_log ORDER BY id')

describe('channel track, pause and resume', () => {
  test('track looks the name up once, and what changed is recorded', async () => {
    expect((await ask('channel', 'track', 'fresh')).lines).toEqual(['fresh (kick) is monitored from now on.'])
    expect((await ask('channel', 'track', 'fresh')).lines).toEqual([
      'fresh (kick) is monitored from now on; it was known before.',
    ])
    expect((await ask('channel', 'pause', 'fresh')).lines).toEqual(['fresh (kick): it is not probed any more.'])
    expect(await json('channel', 'pause', 'fresh')).toMatchObject([
      { slug: 'fresh', isMonitored: false, changed: false },
    ])
    expect((await ask('channel', 'fresh')).lines).toContain('  monitored   no, it is paused')
    expect(await json('channel', 'resume', 'fresh')).toMatchObject([{ isMonitored: true, changed: true }])
    expect(await json('channel', 'track', 'fresh')).toMatchObject([{ slug: 'fresh', created: false }])
    const recorded = await database.db.query(actions, [])
    expect(recorded.map(({ action }) => action)).toEqual(['channel.track', 'channel.monitor', 'channel.monitor'])
    expect(new Set(recorded.map(({ subject }) => subject))).toEqual(new Set(['cli']))
  })

  test.each([
    [['channel', 'track', 'nobody'], 'kick knows no channel "nobody".'],
    [
      ['channel', 'track', 'x', '--platform', 'twitch'],
      'Nothing here can look names up on twitch: set its credentials, or start the server where it runs the simulated Kick.',
    ],
    [['channel', 'pause', 'nobody'], 'No channel "nobody" of kick is known: channelscope channel track looks it up.'],
  ])('%j is refused in one sentence', async (words, message) => {
    await expect(ask(...words)).rejects.toThrow(message)
  })

  test('a channel needs to be named', async () => {
    await expect(ask('channel', 'pause')).rejects.toThrow('channel pause needs <handle>.')
  })
})
