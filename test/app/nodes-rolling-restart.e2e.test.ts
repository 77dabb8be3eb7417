import { expect, test } from 'vitest'
import { readJournalState } from '../../src/live/journal.ts'
import { encodeJournalCursor } from '../../src/live/journal-cursor.ts'
import { startBalancer } from '../support/app/balancer.ts'
import { metric } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { readJournal } from '../support/live/journal-invariants.ts'
import { followStatus, overEventStream, overWebSocket } from '../support/live/status-follower.ts'
import { startScriptedHttp } from '../support/platforms/scripted-http.ts'
import { createSigner } from '../support/platforms/webhook-signer.ts'
import { type ClusterNode, startCluster } from '../support/stores/cluster.ts'
import { subscribedChannel } from '../support/webhooks/projector-fixture.ts'
import { expectAccounted } from '../support/webhooks/webhook-accounts.ts'
import { webhookRows } from '../support/webhooks/webhook-nodes.ts'
import { createSender, createTraffic } from '../support/webhooks/webhook-traffic.ts'

const users = Array.from({ length: 10 }, (_, i) => i + 1)
const perSecond = 100
/** `NODE_RESTARTS=4` for the long run; each node is restarted once at least. */
const restarts = Number(process.env.NODE_RESTARTS ?? 2)

test(`two nodes that receive webhooks are restarted in turn, ${restarts} times: what was answered 200 is stored once, subscribers miss nothing`, {
  timeout: 180_000,
}, async () => {
  await using opened = new AsyncDisposableStack()
  const signer = createSigner()
  const kick = opened.use(await startScriptedHttp(() => ({ json: { data: { public_key: signer.publicKeyPem } } })))
  const cluster = opened.use(
    await startCluster({
      ENVIRONMENT: 'webhooks',
      KICK_API_URL: kick.url,
      KICK_ID_URL: kick.url,
      KICK_CLIENT_ID: 'rolling',
      KICK_CLIENT_SECRET: 'secret-of-rolling-restarts',
    }),
  )
  const { db, front } = cluster
  for (const user of users) await subscribedChannel(db, user)
  const balancer = opened.use(await startBalancer())
  const start = async (name: string): Promise<ClusterNode> => {
    const node = await cluster.start(name)
    balancer.route(name, node.url)
    return node
  }
  const nodes = await Promise.all(['a', 'b'].map(start))

  const { epoch } = await readJournalState((query, values) => db.query(query, values))
  const followers = [overWebSocket, overEventStream].map((connect) =>
    opened.use(followStatus(connect, balancer.url, encodeJournalCursor(epoch, 0))),
  )
  const traffic = createTraffic({ seed: 60, users, signer })
  const sender = createSender(traffic)
  const finish = new AbortController()
  const sending = sender.send(balancer.url, {
    count: Number.POSITIVE_INFINITY,
    until: finish.signal,
    perSecond,
    patient: true,
    reset: true,
  })

  const answered = (more: number): Promise<unknown> => {
    const before = sender.answered.size
    return eventually('deliveries are answered', () => sender.answered.size >= before + more)
  }
  for (let restart = 0; restart < restarts; restart++) {
    await answered(perSecond)
    const stopped = nodes[restart % 2]!
    // Once what it received can not be shipped before it ends.
    if (restart === 1) await front.stop()
    if (restart === 1) await answered(perSecond)
    stopped.kill('SIGTERM')
    expect(await stopped.ended, stopped.stderr()).toEqual({ code: 0, signal: null })
    // The other node alone.
    await answered(perSecond)
    nodes[restart % 2] = await start(stopped.name)
    if (restart === 1) await front.start()
  }
  await answered(perSecond)
  finish.abort()
  await sending

  for (const { url } of nodes) await eventually('all is shipped', async () => (await metric(url, 'spool_rows')) === 0)
  await expectAccounted({ db, ...webhookRows(cluster.clickHouse) }, traffic)
  const told = await readJournal(db)
  expect(told.length, 'there was something to tell').toBeGreaterThan(20)
  for (const follower of followers) {
    await eventually('it is told the rest', () => follower.position() === told.at(-1)!.id)
    expect(follower.events).toEqual(told)
    expect(follower.others, 'gaps or snapshots').toEqual([])
  }
  const closes = followers[0]!.ends.filter((end) => end !== 'refused')
  expect(new Set(closes), 'a node that stops says so').toEqual(new Set(['1001']))
  const { requests, failed, failures } = sender.numbers()
  console.info(
    `${restarts} restarts: ${requests} requests, ${failed} not answered 200 (${JSON.stringify(Object.fromEntries(failures))}) and sent again, ${balancer.retried()} connections refused and taken by the other node; ${told.length} events told once to ${followers.length} subscribers over ${followers.map(({ starts }) => starts.length).join(' and ')} connections`,
  )
})
