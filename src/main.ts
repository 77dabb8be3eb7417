import { storeCommands } from './commands/commands.ts'
import { migrate } from './commands/migrate.ts'
import { runCommand } from './commands/run-command.ts'
import { start } from './commands/start.ts'
import { unlessStopped } from './commands/unless-stopped.ts'
import { type Config, readConfig } from './config.ts'
import { diagnose } from './doctor.ts'
import { ConfigError } from './lib/errors.ts'
import { createLog, type Log } from './lib/log.ts'
import { stopSignal } from './stop-signal.ts'

const help = `Usage: channelscope <command>

  start            start everything that the environment asks for (the default)
  migrate          bring both stores up to date and end
  doctor           say what is wrong with the configuration or a store, one line each
${[...storeCommands.values()].flatMap(({ usage }) => usage.map((line) => `  ${line}\n`)).join('')}
Beside a running server, job, archive, config and key are done by it. Every setting is an environment variable; README.md lists them.
`

type Work = (config: Config, log: Log, signal: AbortSignal, args: readonly string[]) => Promise<void>

const withConfig =
  (work: Work) =>
  (args: readonly string[]): Promise<void> => {
    const config = readConfig(process.env)
    return work(config, createLog(config.logLevel), stopSignal(), args)
  }

const onStores =
  (name: string): Work =>
  async (config, log, signal, args) => {
    const say = (line: string) => void process.stdout.write(`${line}\n`)
    const done = await unlessStopped(signal, () => runCommand(config, log, [name, ...args], say, signal))
    if (!done) process.exitCode = 1
  }

const doctor = async (): Promise<void> => {
  const findings = await diagnose(process.env)
  process.stdout.write(findings.map(({ ok, text }) => `${ok ? 'ok     ' : 'WRONG  '}${text}\n`).join(''))
  process.exitCode = findings.every(({ ok }) => ok) ? 0 : 1
}

const commands: Record<string, (args: readonly string[]) => Promise<void>> = {
  start: withConfig(start),
  migrate: withConfig(migrate),
  doctor,
  ...Object.fromEntries(Array.from(storeCommands.keys(), (name) => [name, withConfig(onStores(name))])),
}
const [name = 'start', ...args] = process.argv.slice(2)

// A reader that has gone away is no reason to end before everything is stopped.
process.stdout.on('error', () => undefined)
try {
  if (['--help', '-h', 'help'].includes(name) || args.includes('--help')) process.stdout.write(help)
  else if (Object.hasOwn(commands, name)) await commands[name]!(args)
  else throw new ConfigError(`There is no command ${JSON.stringify(name)}: use ${Object.keys(commands).join(', ')}.`)
} catch (error) {
  process.stderr.write(error instanceof ConfigError ? `${error.message}\n` : `${(error as Error).stack}\n`)
  process.exitCode = 1
}
