import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Demo, startDemo, thinning } from '../../src/demo/demo.ts'
import { pastDeliveries } from '../../src/demo/history.ts'
import { createScenario } from '../../src/demo/scenario.ts'
import { startWebhookInbox } from '../support/webhooks/webhook-inbox.ts'

const at = Date.UTC(2026, 10, 22, 12)

const authorizationOf = async (url: string, { clientId, clientSecret }: { clientId: string; clientSecret: string }) => {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
  const response = await fetch(`${url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
  return `Bearer ${((await response.json()) as { access_token: string }).access_token}`
}

const liveItems = async (demo: Demo): Promise<unknown[]> => {
  const headers = { authorization: await authorizationOf(demo.kick.url, demo.kick.credentials) }
  const response = await fetch(`${demo.kick.url}/public/v2/livestreams?limit=1000`, { headers })
  return ((await response.json()) as { data: unknown[] }).data
}

describe('demo', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
  afterEach(() => void vi.useRealTimers())

  it('is already in full swing at its first instant', async () => {
    await using demo = await startDemo({ clock: () => at })
    expect(demo.cast().length).toBe(300)
    const live = await liveItems(demo)
    expect(live.length).toBeGreaterThan(60)
    expect(live.length).toBeLessThan(120)
  })

  it('has one channel that the app does not track, which is live or will be within five minutes', async () => {
    let now = at
    await using demo = await startDemo({ clock: () => now })
    const newcomer = () => demo.world.bySlug('not_tracked_yet')!
    const { id } = newcomer()
    expect(demo.cast().some((channel) => channel.id === id)).toBe(false)
    let offlineSeconds = 0
    for (let step = 0; step < 7_200; step += 10) {
      now = at + step * 1_000
      vi.advanceTimersByTime(1_000)
      const channel = newcomer()
      expect(channel.id).toBe(id)
      if (channel.stream?.endedAt === null) expect(demo.world.viewers(channel, now)).toBeGreaterThan(0)
      else offlineSeconds += 10
    }
    expect(offlineSeconds).toBeLessThanOrEqual(310)
  })

  it('shows after a restart, on another port, what it would show without one', async () => {
    const show = async (clock: () => number) => {
      await using demo = await startDemo({ clock, channels: 120 })
      return { roster: [...demo.world.channels()].map(({ id }) => id), live: await liveItems(demo) }
    }
    expect(await show(() => at)).toEqual(await show(() => at))
    const later = await show(() => at + 3_600_000)
    expect(later.roster).toEqual((await show(() => at)).roster)
  })

  it('follows its clock once a second', async () => {
    let now = at
    await using demo = await startDemo({ clock: () => now })
    const changed = () => [...demo.world.channels()].filter((channel, n) => channel !== before[n]).length
    const before = [...demo.world.channels()]
    now += 600_000
    expect(changed()).toBe(0)
    vi.advanceTimersByTime(1_000)
    expect(changed()).toBeGreaterThan(20)
  })

  it('tells subscribers once a second what happens, as much of it as the past tells: live chat, follows and broadcasts', async () => {
    let now = at
    await using inbox = await startWebhookInbox()
    await using demo = await startDemo({ clock: () => now })
    const { subscriptions, webhooks } = demo.kick
    const types = ['chat.message.sent', 'channel.followed', 'livestream.status.updated'] as const
    for (const { id } of demo.world.channels()) for (const type of types) subscriptions.create(id, type)
    webhooks.url = inbox.url
    for (let second = 0; second < 30; second++) {
      now += 1_000
      vi.advanceTimersByTime(1_000)
      await webhooks.settled()
    }
    const count = (type: string) => inbox.received.filter(({ headers }) => headers['kick-event-type'] === type).length
    expect(count('chat.message.sent')).toBeGreaterThan(20)
    expect(count('channel.followed')).toBeGreaterThan(0)
    const scenario = createScenario({ seed: demo.seed, channels: demo.channels })
    const stretch = { from: at, to: now, stepMs: () => 60_000, thinning }
    const told = [...pastDeliveries({ scenario, seed: demo.seed, ...stretch })].flat()
    const ofCast = new Set(demo.cast().map(({ id }) => id))
    const said = inbox.received.flatMap(({ headers, body }) => {
      if (headers['kick-event-type'] !== 'chat.message.sent') return []
      const { broadcaster, message_id } = JSON.parse(String(body))
      return ofCast.has(broadcaster.user_id) ? [message_id] : []
    })
    const saidBefore = told.filter(({ eventType }) => eventType === 'chat.message.sent')
    expect(said.toSorted()).toEqual(saidBefore.map(({ body }) => JSON.parse(body).message_id).toSorted())
    expect(count('livestream.status.updated')).toBeGreaterThan(0)
    expect(webhooks.stats).toMatchObject({ sent: inbox.received.length, failed: 0, overflowed: 0 })
  })

  it('says that its port is taken and leaves nothing running', async () => {
    await using demo = await startDemo({ channels: 1 })
    await expect(startDemo({ channels: 1, port: Number(new URL(demo.kick.url).port) })).rejects.toThrow('EADDRINUSE')
    expect(vi.getTimerCount()).toBe(1)
  })

  it('stops entirely, and stopping twice does no harm', async () => {
    const demo = await startDemo({ channels: 1 })
    await demo[Symbol.asyncDispose]()
    await demo[Symbol.asyncDispose]()
    await demo.kick[Symbol.asyncDispose]()
    expect(vi.getTimerCount()).toBe(0)
    await expect(fetch(demo.kick.url)).rejects.toThrow()
  })
})

describe('the stand-alone process', () => {
  const script = fileURLToPath(new URL('../support/platforms/kick-process.ts', import.meta.url))

  it('prints its URL, serves the channels it was asked for and ends with the one who started it', async () => {
    const options = { channels: 200, live: 0.5, clientId: 'a', clientSecret: 'b' }
    const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
    const exit = once(child, 'exit')
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const url = line.toString().trim()
    const response = await fetch(`${url}/public/v1/livestreams/stats`, {
      headers: { authorization: await authorizationOf(url, options) },
    })
    expect(await response.json()).toEqual({ data: { total_count: 100 }, message: 'OK' })
    child.stdin.end()
    expect(await exit).toEqual([0, null])
  })
})
