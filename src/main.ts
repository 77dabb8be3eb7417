import { type App, startApp } from './app.ts'
import { banner } from './banner.ts'
import { type Config, readConfig } from './config.ts'
import { diagnose } from './doctor.ts'
import { ConfigError } from './lib/errors.ts'
import { createLog, type Log } from './lib/log.ts'
import { openStores } from './open-stores.ts'
import { stopSignal } from './stop-signal.ts'
import { holdDataDirectory } from './stores/data-directory.ts'

const help = `Usage: channelscope <command>

  start     start everything that the environment asks for (the default)
  migrate   bring both stores up to date and end
  doctor    say what is wrong with the configuration or a store, one line each

Every setting is an environment variable; README.md lists them.
`

/** What was begun, or undefined when it was given up because the process is to stop. */
const unlessStopped = async <T>(signal: AbortSignal, begin: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await begin()
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}

const serve = async (app: App, config: Config, signal: AbortSignal): Promise<void> => {
  process.stdout.write(banner(app, config))
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
  process.stdout.write('Stopping…\n')
}

const start = async (config: Config, log: Log, signal: AbortSignal): Promise<void> => {
  await using app = await unlessStopped(signal, () => startApp(config, { log, signal }))
  if (app) await serve(app, config, signal)
}

const migrate = async (config: Config, log: Log, signal: AbortSignal): Promise<void> => {
  const embedded = config.databaseUrl === undefined || config.clickHouseUrl === undefined
  using _ = embedded ? holdDataDirectory(config.dataDir) : undefined
  await using stores = await unlessStopped(signal, () => openStores(config, log, signal))
  await stores?.clickHouseReady
  if (!signal.aborted) process.stdout.write('Both stores are up to date.\n')
}

const withConfig = (work: (config: Config, log: Log, signal: AbortSignal) => Promise<void>) => (): Promise<void> => {
  const config = readConfig(process.env)
  return work(config, createLog(config.logLevel), stopSignal())
}

const doctor = async (): Promise<void> => {
  const findings = await diagnose(process.env)
  process.stdout.write(findings.map(({ ok, text }) => `${ok ? 'ok     ' : 'WRONG  '}${text}\n`).join(''))
  process.exitCode = findings.every(({ ok }) => ok) ? 0 : 1
}

const commands: Record<string, () => Promise<void>> = { start: withConfig(start), migrate: withConfig(migrate), doctor }
const [name = 'start', ...others] = process.argv.slice(2)

// A reader that has gone away is no reason to end before everything is stopped.
process.stdout.on('error', () => undefined)
try {
  if (['--help', '-h', 'help'].includes(name) || others.includes('--help')) process.stdout.write(help)
  else if (Object.hasOwn(commands, name)) await commands[name]!()
  else throw new ConfigError(`There is no command ${JSON.stringify(name)}: use start, migrate or doctor.`)
} catch (error) {
  process.stderr.write(error instanceof ConfigError ? `${error.message}\n` : `${(error as Error).stack}\n`)
  process.exitCode = 1
}
