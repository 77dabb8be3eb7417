import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { metric } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { chatBody } from '../support/platforms/kick-bodies.ts'
import { startScriptedHttp } from '../support/platforms/scripted-http.ts'
import { createSigner } from '../support/platforms/webhook-signer.ts'
import { clusterKeys, startCluster } from '../support/stores/cluster.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'
import { subscribedChannel, subscriptionOf } from '../support/webhooks/projector-fixture.ts'

const preload = pathToFileURL(fileURLToPath(new URL('../support/app/shifted-clock.mjs', import.meta.url))).href
const hourMs = 3_600_000
const patience = 240_000

const stored = namedQuery({
  name: 'clock_steps_chat',
  sql: 'SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(message_id)) AS different FROM kick_chat_message',
  row: { rows: number, different: number },
})

test.each([
  ['two hours ahead and is set back', 2 * hourMs, 0],
  ['two hours behind and is set ahead', -2 * hourMs, 0],
  ['right and is set two hours back', 0, -2 * hourMs],
])(
  'a machine whose clock is %s ships every row once, and calls nothing complete that is to come',
  {
    timeout: patience,
  },
  async (_, first, then) => {
    const signer = createSigner()
    await using opened = new AsyncDisposableStack()
    const key = { json: { data: { public_key: signer.publicKeyPem } } }
    const kick = opened.use(await startScriptedHttp(() => key))
    const directory = opened.use(await sharedDirectory('clock-steps'))
    const clockFile = path.join(directory.path, 'clock')
    const setClock = (offsetMs: number) => writeFileSync(clockFile, String(offsetMs))
    setClock(first)
    const cluster = opened.use(
      await startCluster({
        KICK_API_URL: kick.url,
        KICK_ID_URL: kick.url,
        KICK_CLIENT_ID: 'x',
        KICK_CLIENT_SECRET: 'secret-of-the-clock',
        NODE_OPTIONS: `--import=${preload}`,
        CLOCK_OFFSET_FILE: clockFile,
      }),
    )
    const channelId = await subscribedChannel(cluster.db, 1)
    let node = await cluster.start('one')
    let said = 0
    const say = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        const type = 'chat.message.sent'
        const body = JSON.stringify(chatBody(1, `said-${++said}`, { created_at: new Date().toISOString() }))
        const { headers, body: bytes } = signer.sign({ body, type, subscriptionId: subscriptionOf(1, type) })
        const asked = { method: 'POST', headers, body: new Uint8Array(bytes) }
        expect((await fetch(`${node.url}/webhooks/kick`, asked)).status).toBe(200)
      }
    }
    const completeThrough = async (): Promise<number> => {
      const [from, to] = [-hourMs, 3 * hourMs].map((ms) => new Date(Date.now() + ms).toISOString())
      const url = `${node.url}/export/chat?channel_id=${channelId}&from=${from}&to=${to}&format=ndjson`
      const headers = { Authorization: `Bearer ${clusterKeys.OPERATOR_KEY}` }
      const answer = await fetch(url, { method: 'HEAD', headers })
      return Date.parse(answer.headers.get('x-complete-through')!)
    }
    const isStored = () =>
      eventually('every row is stored once', async () => {
        const [row] = await cluster.clickHouse.query(stored, {})
        return row!.rows === said && row!.different === said
      })

    await say(5)
    await isStored()
    await cluster.front.stop()
    const waiting = Date.now()
    await say(5)
    setClock(then)
    await eventually('the step is noticed', async () => (await metric(node.url, 'clock_steps_total')) > 0)
    await say(5)
    expect(await completeThrough()).toBeLessThanOrEqual(Date.now())
    await eventually('what waits is not complete', async () => (await completeThrough()) <= waiting + 2_000)
    node.kill('SIGKILL')
    await node.ended
    setClock(first)
    node = await cluster.start('one')
    await say(5)
    await cluster.front.start()
    setClock(then)
    await isStored()
    expect(await completeThrough()).toBeLessThanOrEqual(Date.now() + 1_000)
    expect(node.stderr()).not.toContain('lost')
  },
)
