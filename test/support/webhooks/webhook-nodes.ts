import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { number, text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { startFaultProxy } from '../lib/fault-proxy.ts'
import { copyClickHouseTemplate } from '../stores/clickhouse.ts'
import { startClickHouseHttp } from '../stores/clickhouse-http.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'
import { subscribedChannel } from './projector-fixture.ts'
import type { WebhookProcessOptions } from './webhook-process.ts'

const script = fileURLToPath(new URL('./webhook-process.ts', import.meta.url))

/** A process that receives webhooks. */
export type WebhookNode = {
  url: string
  /** Bytes of memory that it has now. */
  rss(): Promise<number>
  kill(): Promise<void>
  /** Lets it finish; resolves with its exit code, 0 when everything it received is stored. */
  stop(): Promise<number | null>
}

const inboxQuery = namedQuery({
  name: 'test_inbox',
  sql: `SELECT message_id AS id, outcome, toUInt32(count()) AS times FROM webhook_inbox WHERE env = 'webhooks' AND repeat_of != message_id GROUP BY id, outcome`,
  row: { id: text, outcome: text, times: number },
})
const chatQuery = namedQuery({
  name: 'test_chat',
  sql: `SELECT message_id AS id, toUInt32(count()) AS times FROM kick_chat_message WHERE env = 'webhooks' GROUP BY id`,
  row: { id: text, times: number },
})

/** What is stored for the environment `webhooks`, with how often each is there. */
export const webhookRows = (clickHouse: ClickHouse) => ({
  /** Rows of the inbox by message id and outcome, without those of deliveries that were sent again. */
  inbox: () => clickHouse.query(inboxQuery, {}),
  chats: () => clickHouse.query(chatQuery, {}),
})

/** Real stores, each behind something that can fail, with tracked channels of these users, and processes that receive for them one after another. */
export const startWebhookNodes = async (options: {
  users: readonly number[]
  publicKeyPem: string
  maxRows?: number
}) => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory('webhook-nodes'))
  const database = opened.use(await createTestDatabase())
  const databaseUrl = new URL(database.url)
  const proxy = opened.use(await startFaultProxy({ host: databaseUrl.hostname, port: Number(databaseUrl.port) }))
  databaseUrl.port = String(proxy.port)
  const engine = path.join(directory.path, 'clickhouse')
  await copyClickHouseTemplate(engine)
  const front = opened.use(await startClickHouseHttp(engine))
  const clickHouse = opened.use(await openClickHouse({ url: front.url }))
  for (const user of options.users) await subscribedChannel(database.db, user)
  const disposal = opened.move()

  /** A process that has started and waits to be told to receive. */
  const spawnNode = () => {
    const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = once(child, 'close').then(([code]) => code as number | null)
    const kill = async (): Promise<void> => {
      child.kill('SIGKILL')
      await ended
    }
    disposal.defer(kill)
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const answer = async (word: string): Promise<number> => {
      const { value } = await lines.next()
      const [said, argument] = String(value).split(' ')
      if (said !== word) throw new Error(`The process said "${value}" instead of "${word}".`)
      return Number(argument)
    }
    return {
      receive: async (): Promise<WebhookNode> => {
        const processOptions: WebhookProcessOptions = {
          databaseUrl: databaseUrl.href,
          clickHouseUrl: front.url,
          spoolDirectory: path.join(directory.path, 'spool'),
          publicKeyPem: options.publicKeyPem,
          maxRows: options.maxRows ?? 10_000,
        }
        child.stdin.write(`${JSON.stringify(processOptions)}\n`)
        const port = await answer('listening')
        return {
          url: `http://127.0.0.1:${port}`,
          rss: () => {
            child.stdin.write('rss\n')
            return answer('rss')
          },
          kill,
          stop: () => {
            child.kill('SIGTERM')
            return ended
          },
        }
      },
    }
  }

  return {
    db: database.db,
    /** The way of the processes to Postgres; that of the test is another. */
    proxy,
    /** ClickHouse as the processes and the test reach it. */
    front,
    spawnNode,
    ...webhookRows(clickHouse),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}
