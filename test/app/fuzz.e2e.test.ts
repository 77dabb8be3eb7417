import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { codeFiles, patternsIn } from '../../checks/source-patterns.ts'
import { webhookSecret } from '../../src/platforms/twitch/webhook-secret.ts'
import { buildSchema } from '../../src/schema/schema.ts'
import { runFuzz } from '../fuzz/fuzz-run.ts'
import { startFuzzServer } from '../fuzz/fuzz-server.ts'
import { textsOf } from '../fuzz/inputs.ts'
import { knownAttacks } from '../fuzz/known-attacks.ts'
import { projectFolder } from '../support/app/program.ts'
import { metric } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { startScriptedHttp } from '../support/platforms/scripted-http.ts'
import { createSigner } from '../support/platforms/webhook-signer.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { seed as seeding } from '../support/stores/seed.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const seconds = Number(process.env.FUZZ_SECONDS ?? 10)
const seed = Number(process.env.FUZZ_SEED ?? 1)
const adminKey = 'canary-of-the-admin-key'
const twitchClientSecret = 'canary-of-the-twitch-app'

const patterns = () =>
  codeFiles(projectFolder, ['src', 'bin']).flatMap(
    (file) => patternsIn(file, fs.readFileSync(path.join(projectFolder, file), 'utf8')).known,
  )

test(`nothing that comes from outside holds the event loop, is answered at length, or leaves something behind (seed ${seed})`, {
  timeout: (seconds + 300) * 1_000,
}, async () => {
  const kick = createSigner()
  await using platform = await startScriptedHttp(() => ({ json: { data: { public_key: kick.publicKeyPem } } }))
  await using directory = await temporaryDirectory('fuzz')
  await using database = await createTestDatabase()
  await seeding(database.db).fullChannels(30)
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: directory.path,
    PORT: '0',
    WORKERS: '',
    INTROSPECTION: 'on',
    PUBLIC_URL: 'https://channels.example',
    ADMIN_KEY: adminKey,
    OPERATOR_KEY: 'canary-of-the-operator-key',
    KICK_CLIENT_ID: 'an-app',
    KICK_CLIENT_SECRET: 'canary-of-the-kick-app',
    KICK_API_URL: platform.url,
    KICK_ID_URL: platform.url,
    TWITCH_CLIENT_ID: 'an-app',
    TWITCH_CLIENT_SECRET: twitchClientSecret,
    TWITCH_API_URL: platform.url,
    TWITCH_ID_URL: platform.url,
  }
  const { findings, sent, commandLines, server } = await runFuzz({
    seed,
    seconds,
    known: knownAttacks,
    entrances: {
      schema: buildSchema(),
      texts: textsOf(patterns()),
      adminKey,
      kick,
      twitchSecret: webhookSecret(twitchClientSecret),
    },
    startServer: () => startFuzzServer(env),
    commandEnvironment: { PATH: process.env.PATH!, HOME: process.env.HOME!, ...env },
  })
  await using _server = server
  console.log(`seed ${seed}: ${sent} inputs and ${commandLines} command lines in ${seconds} s`)
  expect(findings.map(({ input, what }) => `${what}\n${JSON.stringify(input).slice(0, 3_000)}`)).toEqual([])

  const levels = [
    'live_subscribers',
    'live_groups',
    'live_audiences',
    'websocket_connections',
    'exports_running',
    'exports_waiting',
    'clickhouse_running_statements',
    'clickhouse_queued_statements',
    'postgres_pool_waiting_requests',
  ]
  for (const name of levels) await eventually(`${name} is 0 again`, async () => (await metric(server.url, name)) === 0)
  await eventually('no connection is left but those to the database', async () => {
    const look = await server.look()
    return look!.connections <= (await metric(server.url, 'postgres_pool_connections')) + 5
  })
})
