import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { runningEmbeddedUrl } from '../../src/stores/postgres/embedded-url.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { earlierVersions, layOut } from '../support/app/earlier-versions.ts'
import { projectFolder, runProgram } from '../support/app/program.ts'
import { ask, isReady, metric } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { freePort } from '../support/lib/free-port.ts'
import { brokenRules } from '../support/live/journal-invariants.ts'
import { startScriptedHttp } from '../support/platforms/scripted-http.ts'
import { createSigner } from '../support/platforms/webhook-signer.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'
import { subscribedChannel } from '../support/webhooks/projector-fixture.ts'
import { storedFacts } from '../support/webhooks/webhook-accounts.ts'
import { webhookRows } from '../support/webhooks/webhook-nodes.ts'
import { createSender, createTraffic } from '../support/webhooks/webhook-traffic.ts'

const users = [1, 2, 3]
const versions = earlierVersions()

test.skipIf(versions.length > 0)('git has no history here, so no earlier version can be started', () => undefined)

test.skipIf(versions.length === 0).for(versions)(
  'a data folder of %s is taken over while deliveries come in',
  {
    timeout: 240_000,
  },
  async (version) => {
    await using opened = new AsyncDisposableStack()
    const signer = createSigner()
    const key = { json: { data: { public_key: signer.publicKeyPem } } }
    const kick = opened.use(await startScriptedHttp(() => key))
    const directory = opened.use(await sharedDirectory('upgrade'))
    const [earlier, data] = [path.join(directory.path, 'program'), path.join(directory.path, 'data')]
    await fs.mkdir(earlier)
    await layOut(version, earlier)
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const env = {
      DATA_DIR: data,
      PORT: String(port),
      DEMO: 'off',
      WORKERS: '',
      ENVIRONMENT: 'webhooks',
      LOG_LEVEL: 'error',
      KICK_API_URL: kick.url,
      KICK_ID_URL: kick.url,
      KICK_CLIENT_ID: 'x',
      KICK_CLIENT_SECRET: 'secret-of-the-upgrade',
    }
    const start = async (cwd: string) => {
      const program = opened.use(runProgram({ env, cwd }))
      await program.serving()
      await eventually('it is ready', () => isReady(url))
      return program
    }
    const openDatabase = (): Postgres =>
      openPostgres({ url: runningEmbeddedUrl(path.join(data, 'postgres'))!, log: silentLog, max: 2 })
    const traffic = createTraffic({ seed: 5, users, signer })
    const sender = createSender(traffic)

    const before = await start(earlier)
    {
      await using db = openDatabase()
      for (const user of users) await subscribedChannel(db, user)
    }
    const finish = new AbortController()
    const sending = sender.send(url, { count: 1_000, until: finish.signal, perSecond: 30, patient: true })
    await eventually('deliveries are answered', () => sender.answered.size >= 60)
    const keys = await fs.readFile(path.join(data, 'keys.json'), 'utf8')
    // Rows wait in its spool then, which the present version has to read.
    await before[Symbol.asyncDispose]()

    const now = await start(projectFolder)
    const answered = sender.answered.size
    await eventually('deliveries are answered again', () => sender.answered.size >= answered + 30)
    finish.abort()
    await sending
    await eventually('all is stored', async () => (await metric(url, 'spool_rows')) === 0)
    const { data: me } = await ask(url, '{ me { role } }', {}, JSON.parse(keys).admin)
    expect(me).toEqual({ me: { role: 'ADMIN' } })
    {
      await using db = openDatabase()
      const { follows, sessions } = await storedFacts(db)
      expect(new Set(follows)).toEqual(traffic.expected.follows)
      expect(new Set(sessions)).toEqual(traffic.expected.sessions)
      expect(await brokenRules(db)).toEqual([])
    }
    now.kill('SIGTERM')
    expect(await now.ended, now.stderr()).toEqual({ code: 0, signal: null })
    await using clickHouse = await openClickHouse({ directory: path.join(data, 'clickhouse') })
    const stored = webhookRows(clickHouse)
    const [inbox, chats] = [await stored.inbox(), await stored.chats()]
    expect([...inbox, ...chats].filter(({ times }) => times !== 1)).toEqual([])
    expect(inbox.map(({ id }) => id).toSorted()).toEqual([...traffic.expected.inbox.keys()].toSorted())
    expect(new Set(chats.map(({ id }) => id))).toEqual(traffic.expected.chats)
  },
)
