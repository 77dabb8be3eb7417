import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { schedule } from '../../src/channels/schedule.ts'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { startKickServer } from '../../src/demo/kick-server.ts'
import { createRandom } from '../../src/demo/random.ts'
import { createWorld } from '../../src/demo/world.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { startBalancer } from '../support/app/balancer.ts'
import { type Fault, type NemesisNode, startNemesisNode } from '../support/app/nemesis-node.ts'
import { createPromiseKeeper } from '../support/app/promise-keeper.ts'
import { metric, readiness } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { createSigner } from '../support/platforms/webhook-signer.ts'
import { startCluster } from '../support/stores/cluster.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'
import { subscribedChannel } from '../support/webhooks/projector-fixture.ts'
import { expectAccounted } from '../support/webhooks/webhook-accounts.ts'
import { webhookRows } from '../support/webhooks/webhook-nodes.ts'
import { createSender, createTraffic } from '../support/webhooks/webhook-traffic.ts'

/** A minute, and until each node has had each fault. NEMESIS_MINUTES=20 is the long run; NEMESIS_SEED repeats the order of faults of an earlier one. */
const minutes = Number(process.env.NEMESIS_MINUTES ?? 1)
const seed = Number(process.env.NEMESIS_SEED ?? 9)

const receiving = Array.from({ length: 10 }, (_, i) => i + 1)
const polled = Array.from({ length: 20 }, (_, i) => i + 101)

const probes = namedQuery({
  name: 'nemesis_probes',
  sql: `SELECT toUInt32(count()) AS rows FROM kick_streamer_probe WHERE env = 'webhooks'`,
  row: { rows: number },
})

test(`two nodes whose machines fail them in random order for ${minutes} minutes store what they acknowledged once and promise nothing that does not hold`, {
  timeout: minutes * 60_000 + 300_000,
}, async () => {
  await using opened = new AsyncDisposableStack()
  const random = createRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const began = performance.now()
  const record: string[] = []
  const note = (text: string) =>
    record.push(`${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${text}`)
  opened.defer(() => console.info(`seed ${seed}\n${record.join('\n')}`))

  const signer = createSigner()
  const world = createWorld({ clock: systemClock, seed })
  for (const id of [...receiving, ...polled]) world.add({ id, slug: `user-${id}` })
  const kick = opened.use(await startKickServer({ world, seed, key: signer.key }))
  const cluster = opened.use(
    await startCluster({
      ENVIRONMENT: 'webhooks',
      KICK_API_URL: kick.url,
      KICK_ID_URL: kick.url,
      KICK_CLIENT_ID: kick.credentials.clientId,
      KICK_CLIENT_SECRET: kick.credentials.clientSecret,
      KICK_REQUESTS_PER_SECOND: '50',
      POLL_INTERVAL_SECONDS: '1',
    }),
  )
  const { db, clickHouse } = cluster
  for (const user of receiving) await subscribedChannel(db, user)
  const seen = polled.map((id) => ({ platformUserId: `${id}`, slug: `user-${id}`, observedAt: new Date() }))
  const watched = await upsertChannels(db, 'kick', seen, { log: silentLog })
  const channelIds = [...watched.values()].map(({ id }) => id)
  await schedule(db, channelIds)

  const directory = opened.use(await sharedDirectory('nemesis')).path
  const balancer = opened.use(await startBalancer())
  const nodes: NemesisNode[] = []
  for (const name of ['a', 'b'])
    nodes.push(
      await startNemesisNode(cluster, { name, directory, serves: (name, url) => balancer.route(name, url) }, opened),
    )

  // A broadcast that gives way to another one is an end and a start.
  const happen = setInterval(() => {
    const id = pick(polled)
    if (systemClock() - (world.get(id).stream?.startedAt ?? 0) > 2_000) world.goLive(id)
  }, 100)
  opened.defer(() => clearInterval(happen))
  // How many looks at channels were asked for: no more may be stored.
  let [asked, heard] = [0, 0]
  const listen = (): void => {
    const news = kick.requests.total - heard
    heard += news
    for (const { path, query } of news > 0 ? kick.requests.entries.slice(-news) : [])
      if (path.endsWith('/users/livestreams')) asked += new URLSearchParams(query).getAll('user_id').length
  }
  const listening = setInterval(listen, 20)
  opened.defer(() => clearInterval(listening))

  const traffic = createTraffic({ seed, users: receiving, signer })
  const sender = createSender(traffic)
  const finish = new AbortController()
  opened.defer(() => finish.abort())
  const sending = sender.send(balancer.url, {
    count: Number.POSITIVE_INFINITY,
    until: finish.signal,
    perSecond: 60,
    patient: true,
    reset: true,
    timeoutMs: 3_000,
  })
  const promises = createPromiseKeeper(channelIds)
  const watching = promises.watch(() => pick(nodes).url(), finish.signal)

  const suffer = async (node: NemesisNode, fault: Fault): Promise<void> => {
    note(`${node.name}: ${fault.name}`)
    await fault.begin()
    // How long something lasts is what is tried out; nothing waits for this time.
    await delay(500 + random() * 5_500)
    await fault.end()
    note(`${node.name}: ${fault.name} is over`)
  }
  /** One node after the other has one fault at a time, in an order of its own. */
  const haunt = async (node: NemesisNode): Promise<void> => {
    let left: Fault[] = []
    for (let suffered = 0; suffered < node.faults.length || performance.now() - began < minutes * 60_000; suffered++) {
      if (left.length === 0) left = [...node.faults]
      const [fault] = left.splice(Math.floor(random() * left.length), 1)
      await suffer(node, fault!)
      await delay(random() * 2_000)
    }
  }
  await Promise.all(nodes.map(haunt))

  finish.abort()
  await Promise.all([sending, watching])
  for (const node of nodes) {
    expect(await node.lastWords(), `${node.name} lives`).toBeNull()
    // What a killed poller had claimed is looked at again once its lease of a minute and a half is over.
    await eventually(`${node.name} is ready`, async () => (await readiness(node.url())).status === 200, 120_000)
    await eventually('all is shipped', async () => (await metric(node.url(), 'spool_rows')) === 0, 180_000)
  }
  const { requests, failed } = sender.numbers()
  note(
    `${requests} requests, ${failed} without 200, ${traffic.expected.inbox.size} deliveries, ${promises.made()} promises`,
  )
  await expectAccounted({ db, ...webhookRows(clickHouse) }, traffic, receiving)
  expect(await promises.broken(nodes[0]!.url()), 'ranges that were called complete and were not').toEqual([])
  const [stored] = await clickHouse.query(probes, {})
  expect(stored!.rows, 'looks at channels').toBeGreaterThan(polled.length)
  listen()
  expect(stored!.rows, 'looks that nobody made').toBeLessThanOrEqual(asked)
})
