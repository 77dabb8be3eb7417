import { parseArgs } from 'node:util'
import { type Archive, archivesBetween } from '../archive/archive-log.ts'
import { restoreArchive } from '../archive/restore-archive.ts'
import { verifyArchive } from '../archive/verify-archive.ts'
import type { Window } from '../archive/window.ts'
import { ConfigError, reasonText } from '../lib/errors.ts'
import type { Command, CommandServices, Say } from './command.ts'

const usage = [
  'archive list     list the archived hours of chat; --from and --to choose a range, here and below',
  'archive verify   read them back and compare rows and sums with what was archived',
  'archive restore  put the rows of a range back into a table: --into, or kick_chat_message',
]

/** Hours of one call: more than a year. */
const maxWindows = 10_000

const instantOption = (name: string, text: string | undefined, fallback: string): Date => {
  const value = text ?? fallback
  const full = /^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/.test(full) || Number.isNaN(Date.parse(full)))
    throw new ConfigError(`--${name} must be an instant in UTC like 2026-11-22T13:00:00Z or a day like 2026-11-22.`)
  return new Date(full)
}

const readOptions = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, to: { type: 'string' }, into: { type: 'string' } },
      allowPositionals: false,
    }).values
  } catch (error) {
    throw new ConfigError(`${reasonText(error).split('.')[0]}: use --from, --to and --into.`)
  }
}

type Work = (archive: Archive, services: CommandServices, say: Say, into: string) => Promise<boolean>

const hourOf = ({ from }: Window): string => `${from.toISOString().slice(0, 16)}Z`

const list: Work = async (archive, _services, say) => {
  const { rows, objects } = archive.manifest
  say(`${hourOf(archive)}  ${rows} rows in ${objects.length} objects`)
  for (const { key, bytes, sha256 } of objects) say(`  ${key}  ${bytes} bytes  sha256 ${sha256}`)
  return true
}

const verify: Work = async (archive, services, say) => {
  const { rows, bytes, objects, problems } = await verifyArchive(services, services.env, archive)
  const found = `${rows} rows and ${bytes} bytes in ${objects} objects`
  say(`${hourOf(archive)}  ${problems.length === 0 ? `intact: ${found}` : `DAMAGED: ${problems.join('; ')}`}`)
  return problems.length === 0
}

const restore: Work = async (archive, services, say, into) => {
  const restored = await restoreArchive(services, { ...archive, env: services.env }, into)
  if (restored.kind === 'restored') say(`${hourOf(archive)}  ${restored.rows} rows are in ${into}`)
  else if (restored.kind === 'present')
    say(`${hourOf(archive)}  REFUSED: ${into} still has ${restored.rows} rows of this hour`)
  else say(`${hourOf(archive)}  DAMAGED: ${restored.problem}`)
  return restored.kind === 'restored'
}

const works: Record<string, Work> = { list, verify, restore }

const readCall = ([what = '', ...args]: readonly string[]) => {
  const work = Object.hasOwn(works, what) ? works[what]! : undefined
  if (!work) throw new ConfigError('Usage: channelscope archive list | verify | restore.')
  const options = readOptions(args)
  if (work === restore && (options.from === undefined || options.to === undefined))
    throw new ConfigError('archive restore needs --from and --to.')
  const { into = 'kick_chat_message' } = options
  if (!/^[a-z]\w{0,63}$/.test(into)) throw new ConfigError('--into must be the name of a table.')
  const range = {
    from: instantOption('from', options.from, '1970-01-01'),
    to: instantOption('to', options.to, '2200-01-01'),
  }
  if (range.to <= range.from) throw new ConfigError('--to must be after --from.')
  return { work, into, range }
}

/** Lists, checks and brings back archived chat. */
export const archiveCommand: Command = {
  name: 'archive',
  usage,
  changes: (args) => readCall(args).work === restore,
  async run(args, services, say, signal) {
    const { work, into, range } = readCall(args)
    const archives = await archivesBetween(services.db, services.env, range, maxWindows)
    let ok = true
    for (const archive of archives) {
      signal.throwIfAborted()
      ok = (await work(archive, services, say, into)) && ok
    }
    if (ok && work === restore && into === 'kick_chat_message' && archives.length > 0)
      say('What was restored has arrived anew: it will be archived once more.')
    say(`${archives.length} archived hours in ${services.objects.place}`)
    return ok
  },
}
