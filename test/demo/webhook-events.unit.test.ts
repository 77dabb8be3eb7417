import { describe, expect, it } from 'vitest'
import type { PlatformEvent } from '../../src/demo/event-bodies.ts'
import type { EventType } from '../../src/demo/event-subscriptions.ts'
import { createScenario } from '../../src/demo/scenario.ts'
import { createWorld } from '../../src/demo/world.ts'
import { createWorldEvents } from '../../src/demo/world-events.ts'

const start = Date.UTC(2026, 10, 22, 9, 30)
const minute = 60_000
const livestream = ['livestream.status.updated', 'livestream.metadata.updated']

/** One channel, and what subscribers are told of its broadcasts: type and body without the broadcaster. */
const stage = () => {
  let now = start
  const world = createWorld({ clock: () => now })
  world.add({ id: 7, slug: 'nova', username: 'Nova' })
  const ask = createWorldEvents(world, 1)
  const told = (ms = minute): [string, unknown][] => {
    now += ms
    return ask()
      .filter(({ type }) => livestream.includes(type))
      .map((event) => {
        const { broadcaster, ...body } = event.body()
        expect(broadcaster).toMatchObject({ user_id: 7 })
        return [event.type, body]
      })
  }
  return { world, told }
}

const status = (body: object): [string, unknown] => ['livestream.status.updated', expect.objectContaining(body)]

describe('what subscribers are told of broadcasts', () => {
  it('is start and end with the same start', () => {
    const { world, told } = stage()
    expect(told()).toEqual([])
    world.goLive(7, { title: 'day 1' })
    const started_at = '2026-11-22T09:31:00Z'
    expect(told()).toEqual([status({ is_live: true, title: 'day 1', started_at, ended_at: null })])
    expect(told()).toEqual([])
    world.end(7)
    expect(told()).toEqual([status({ is_live: false, title: 'day 1', started_at, ended_at: '2026-11-22T09:33:00Z' })])
    expect(told()).toEqual([])
  })

  it('is the same start again when an ended broadcast goes on', () => {
    const { world, told } = stage()
    world.goLive(7)
    told()
    world.end(7)
    told()
    world.resume(7)
    expect(told()).toEqual([status({ is_live: true, started_at: '2026-11-22T09:30:00Z', ended_at: null })])
  })

  it('is nothing when a broadcast breaks off before its time and comes back', () => {
    const { world, told } = stage()
    world.goLive(7, { expectedEndAt: start + 60 * minute })
    told()
    world.end(7)
    expect(told()).toEqual([])
    world.resume(7)
    expect(told()).toEqual([])
    told(60 * minute)
    world.end(7)
    expect(told()).toEqual([status({ is_live: false })])
  })

  it('is an end when the channel is banned', () => {
    const { world, told } = stage()
    world.goLive(7, { expectedEndAt: start + 60 * minute })
    told()
    world.ban(7)
    expect(told()).toEqual([status({ is_live: false, ended_at: '2026-11-22T09:31:00Z' })])
    world.unban(7)
    expect(told()).toEqual([])
  })

  it('is what they are about whenever that changes, and not when only viewers do', () => {
    const { world, told } = stage()
    const stream = world.goLive(7)
    told()
    world.setViewers(7, 5)
    expect(told()).toEqual([])
    world.update([{ id: 7, stream: { ...stream, title: 'new', category: { id: 22, name: 'Music' }, language: 'de' } }])
    expect(told()).toEqual([
      [
        'livestream.metadata.updated',
        {
          metadata: {
            title: 'new',
            language: 'de',
            has_mature_content: false,
            category: { id: 22, name: 'Music', thumbnail: '' },
          },
        },
      ],
    ])
    expect(told()).toEqual([])
  })

  it('is both ends when one broadcast follows another between two questions', () => {
    const { world, told } = stage()
    world.goLive(7, { title: 'first' })
    told()
    world.end(7)
    world.goLive(7, { title: 'second' })
    expect(told()).toEqual([status({ is_live: false, title: 'first' }), status({ is_live: true, title: 'second' })])
  })

  it('does not begin with broadcasts that ran before', () => {
    let now = start
    const world = createWorld({ clock: () => now })
    world.add({ id: 1, slug: 'a' })
    world.goLive(1)
    const ask = createWorldEvents(world, 1)
    world.add({ id: 2, slug: 'b' })
    world.goLive(2, { startedAt: start - minute })
    now += minute
    world.add({ id: 3, slug: 'c' })
    world.goLive(3)
    const told = ask().filter(({ type }) => livestream.includes(type))
    expect(told.map(({ broadcasterUserId }) => broadcasterUserId)).toEqual([3])
  })
})

describe('bodies of events', () => {
  const samples = new Map<EventType, PlatformEvent>()
  let now = start
  const world = createWorld({ clock: () => now, seed: 1 })
  const scenario = createScenario({ seed: 1, channels: 300 })
  scenario.advanceTo(world, now)
  const ask = createWorldEvents(world, 1)
  while (samples.size < 10) {
    now += minute
    scenario.advanceTo(world, now)
    for (const event of ask()) samples.set(event.type, event)
  }

  const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const text = expect.any(String)
  const number = expect.any(Number)
  const person = {
    is_anonymous: false,
    user_id: number,
    username: text,
    is_verified: false,
    profile_picture: text,
    channel_slug: expect.stringMatching(/^[a-z0-9_-]{1,25}$/),
    identity: null,
  }
  const { is_anonymous: _anonymous, identity: _identity, ...reduced } = person
  const brief = { user_id: number, username: text, channel_slug: text }
  const orNull = (shape: object) =>
    expect.toSatisfy((value) => {
      if (value !== null) expect(value).toEqual(shape)
      return true
    })

  const shapes: Record<EventType, object> = {
    'chat.message.sent': {
      message_id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      broadcaster: person,
      sender: {
        ...person,
        identity: { username_color: expect.stringMatching(/^#[0-9A-F]{6}$/), badges: expect.any(Array) },
      },
      content: text,
      emotes: orNull(expect.any(Array)),
      replies_to: orNull({ message_id: text, content: text, sender: person }),
      created_at: instant,
    },
    'channel.followed': { broadcaster: person, follower: person },
    'channel.subscription.new': {
      broadcaster: person,
      subscriber: person,
      duration: 1,
      created_at: instant,
      expires_at: instant,
    },
    'channel.subscription.renewal': {
      broadcaster: person,
      subscriber: person,
      duration: number,
      created_at: instant,
      expires_at: instant,
    },
    'channel.subscription.gifts': {
      broadcaster: person,
      gifter: expect.toBeOneOf([
        person,
        { ...Object.fromEntries(Object.keys(person).map((name) => [name, null])), is_anonymous: true },
      ]),
      giftees: expect.arrayContaining([person]),
      created_at: instant,
      expires_at: instant,
    },
    'livestream.status.updated': {
      broadcaster: person,
      is_live: expect.any(Boolean),
      title: text,
      started_at: instant,
      ended_at: orNull(instant),
    },
    'livestream.metadata.updated': {
      broadcaster: person,
      metadata: {
        title: text,
        language: text,
        has_mature_content: expect.any(Boolean),
        category: { id: number, name: text, thumbnail: '' },
      },
    },
    'moderation.banned': {
      broadcaster: person,
      moderator: person,
      banned_user: person,
      metadata: { reason: text, created_at: instant, expires_at: orNull(instant) },
    },
    'kicks.gifted': {
      broadcaster: person,
      sender: reduced,
      gift: { amount: number, name: text, type: text, tier: text, message: text, pinned_time_seconds: number },
      created_at: instant,
    },
    'channel.reward.redemption.updated': {
      id: expect.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
      user_input: text,
      status: 'pending',
      redeemed_at: instant,
      reward: {
        id: expect.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
        title: text,
        cost: number,
        description: text,
      },
      redeemer: brief,
      broadcaster: brief,
    },
  }

  it.each(Object.entries(shapes))('%s has its documented fields and no others', (type, shape) => {
    expect(samples.get(type as EventType)!.body()).toEqual(shape)
  })
})
