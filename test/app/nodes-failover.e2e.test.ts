import { expect, test } from 'vitest'
import { schedule } from '../../src/channels/schedule.ts'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { startKickServer } from '../../src/demo/kick-server.ts'
import { createRandom } from '../../src/demo/random.ts'
import { createWorld } from '../../src/demo/world.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { readJournalState } from '../../src/live/journal.ts'
import { encodeJournalCursor } from '../../src/live/journal-cursor.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { type Balancer, startBalancer } from '../support/app/balancer.ts'
import { eventually } from '../support/lib/eventually.ts'
import { brokenRules, readJournal, sessionsThatWentOn } from '../support/live/journal-invariants.ts'
import { type Follower, followStatus, overEventStream, overWebSocket } from '../support/live/status-follower.ts'
import { type ClusterNode, startCluster } from '../support/stores/cluster.ts'

const channelCount = 60
/** `NODE_KILLS=6` for the long run. */
const kills = Number(process.env.NODE_KILLS ?? 3)

const trackChannels = async (db: Postgres, ids: readonly number[]): Promise<void> => {
  const observedAt = new Date()
  const profiles = ids.map((id) => ({ platformUserId: String(id), slug: `streamer-${id}`, observedAt }))
  const channels = await upsertChannels(db, 'kick', profiles, { log: silentLog })
  const tracked = [...channels.values()].map(({ id }) => id)
  await schedule(db, tracked)
}

/** A client, and the balancer between it and the nodes. */
type Client = { name: string; follower: Follower; balancer: Balancer }

test(`a node is killed ${kills} times under its subscribers: each goes on at the other node and is told every event once, in order`, {
  timeout: 180_000,
}, async () => {
  await using opened = new AsyncDisposableStack()
  const random = createRandom(4)
  const world = createWorld({ clock: systemClock, seed: 4 })
  const kick = opened.use(await startKickServer({ world, seed: 4 }))
  const ids = Array.from({ length: channelCount }, (_, i) => world.add({ id: i + 1, slug: `streamer-${i + 1}` }).id)
  const cluster = opened.use(
    await startCluster({
      KICK_API_URL: kick.url,
      KICK_ID_URL: kick.url,
      KICK_CLIENT_ID: kick.credentials.clientId,
      KICK_CLIENT_SECRET: kick.credentials.clientSecret,
      KICK_REQUESTS_PER_SECOND: '50',
      POLL_INTERVAL_SECONDS: '1',
    }),
  )
  const { db } = cluster
  await trackChannels(db, ids)
  const [a, b, poller] = await Promise.all([
    cluster.start('a'),
    cluster.start('b'),
    cluster.start('poller', { WORKERS: 'poller' }),
  ])
  const nodes = new Map<string, ClusterNode>([
    ['a', a],
    ['b', b],
  ])

  // A broadcast that gives way to another one is an end and a start.
  const happen = setInterval(() => {
    const id = ids[Math.floor(random() * ids.length)]!
    if (systemClock() - (world.get(id).stream?.startedAt ?? 0) > 1_000) world.goLive(id)
  }, 15)
  opened.defer(() => clearInterval(happen))

  const { epoch } = await readJournalState((query, values) => db.query(query, values))
  const follow = async (name: string, connect: typeof overWebSocket): Promise<Client> => {
    const balancer = opened.use(await startBalancer())
    for (const node of nodes.values()) balancer.route(node.name, node.url)
    return { name, balancer, follower: opened.use(followStatus(connect, balancer.url, encodeJournalCursor(epoch, 0))) }
  }
  const clients = await Promise.all([follow('WebSocket', overWebSocket), follow('SSE', overEventStream)])

  const record: string[] = []
  const began = performance.now()
  const note = (text: string) =>
    record.push(`${((performance.now() - began) / 1_000).toFixed(2).padStart(6)} s  ${text}`)
  const tell = ({ name, follower: { events, position } }: Client) =>
    `${name} ${events.length} events, cursor ${position()}`

  for (let kill = 0; kill < kills; kill++) {
    // In turn the node of one client and of the other; often it is that of both.
    const victimOf = clients[kill % clients.length]!
    const before = victimOf.follower.events.length
    await eventually('events are coming in', () => victimOf.follower.events.length >= before + 20)
    const name = await eventually('it is connected', () => victimOf.balancer.nodes()[0])
    const hit = clients.filter(({ balancer }) => balancer.nodes().includes(name))
    const goingOn = hit.map(async (client) => {
      const { follower, balancer } = client
      const lives = follower.starts.length
      const at = await eventually('it goes on', () => {
        const isNew = follower.starts.length > lives && follower.position() > follower.starts.at(-1)!
        return isNew && balancer.nodes()[0]
      })
      note(`${client.name} goes on at ${at} after cursor ${follower.starts.at(-1)}`)
    })
    nodes.get(name)!.kill('SIGKILL')
    note(`kill -9 ${name}: ${hit.map(tell).join('; ')}`)
    await Promise.all([nodes.get(name)!.ended, ...goingOn])
    const again = await cluster.start(name)
    nodes.set(name, again)
    for (const { balancer } of clients) balancer.route(name, again.url)
  }

  clearInterval(happen)
  poller.kill('SIGTERM')
  expect(await poller.ended).toEqual({ code: 0, signal: null })
  const told = await readJournal(db)
  expect(told.length, 'there was something to tell').toBeGreaterThan(200)
  for (const client of clients) {
    const { follower } = client
    await eventually('it is told the rest', () => follower.position() === told.at(-1)!.id)
    note(`end: ${tell(client)}, ${follower.ends.length} reconnections`)
    expect(follower.events).toEqual(told)
    expect(follower.others, 'gaps or snapshots').toEqual([])
  }
  expect(clients.reduce((sum, { follower }) => sum + follower.ends.length, 0)).toBeGreaterThanOrEqual(kills)
  expect(await brokenRules(db)).toEqual([])
  expect(await sessionsThatWentOn(db), 'sessions that were taken for over').toEqual([])
  note(`end: dm.status_event has ${told.length} events, ${told[0]!.id} to ${told.at(-1)!.id}`)
  console.info(record.join('\n'))
})
