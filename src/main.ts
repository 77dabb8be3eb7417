import { startApp } from './app.ts'
import { banner } from './banner.ts'
import { readConfig } from './config.ts'
import { diagnose } from './doctor.ts'
import { ConfigError } from './lib/errors.ts'
import { createLog } from './lib/log.ts'
import { openStores } from './open-stores.ts'
import { holdDataDirectory } from './stores/data-directory.ts'

const help = `Usage: channelscope <command>

  start     start everything that the environment asks for (the default)
  migrate   bring both stores up to date and end
  doctor    say what is wrong with the configuration or a store, one line each

Every setting is an environment variable; README.md lists them.
`

const stopSignal = (): AbortSignal => {
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // The second one does not wait for anything.
      if (stopping.signal.aborted) process.exit(130)
      stopping.abort()
    })
  }
  return stopping.signal
}

const start = async (): Promise<void> => {
  const config = readConfig(process.env)
  const log = createLog(config.logLevel)
  const signal = stopSignal()
  const app = await startApp(config, { log, signal })
  try {
    process.stdout.write(banner(app, config))
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    process.stdout.write('Stopping…\n')
  } finally {
    await app[Symbol.asyncDispose]()
  }
}

const migrate = async (): Promise<void> => {
  const config = readConfig(process.env)
  using _ = holdDataDirectory(config.dataDir)
  await using stores = await openStores(config, createLog(config.logLevel), stopSignal())
  await stores.clickHouseReady
  process.stdout.write('Both stores are up to date.\n')
}

const doctor = async (): Promise<void> => {
  const findings = await diagnose(process.env)
  process.stdout.write(findings.map(({ ok, text }) => `${ok ? 'ok     ' : 'WRONG  '}${text}\n`).join(''))
  process.exitCode = findings.every(({ ok }) => ok) ? 0 : 1
}

const commands: Record<string, () => Promise<void>> = { start, migrate, doctor }
const [name = 'start'] = process.argv.slice(2)

try {
  if (['--help', '-h', 'help'].includes(name)) process.stdout.write(help)
  else if (Object.hasOwn(commands, name)) await commands[name]!()
  else throw new ConfigError(`There is no command ${JSON.stringify(name)}: use start, migrate or doctor.`)
} catch (error) {
  process.stderr.write(error instanceof ConfigError ? `${error.message}\n` : `${(error as Error).stack}\n`)
  process.exitCode = 1
}
