import { z } from 'zod'
import { checkMigrations, type StoreMigrations } from '../app/check-migrations.ts'
import { openStores } from '../app/open-stores.ts'
import type { Answer } from '../commands/answer.ts'
import { ownVersion } from '../lib/own-version.ts'
import { holdDataDirectory } from '../stores/data-directory.ts'
import { oldestBeside, oldestBesideAll } from '../stores/oldest-beside.ts'
import { type ProgramContext, programCommand, unlessStopped, withConfig } from './program-command.ts'

const storeResult = z
  .object({
    store: z.string().describe('the variable that names the store, or that it is embedded'),
    missing: z
      .array(z.object({ name: z.string(), oldestBeside: z.string() }))
      .describe('the migrations that it lacks: name, and the oldest version of the program that may run beside each'),
    unknown: z
      .array(z.string())
      .describe('migrations that it has and this version does not know: a newer one made them'),
  })
  .describe('with --check, one for each store')

const plural = (count: number): string => (count === 1 ? '1 migration' : `${count} migrations`)

const linesOf = ({ store, missing, unknown }: StoreMigrations): string[] => [
  ...missing.map((name) => `${store} lacks ${name}; version ${oldestBeside[name]} and newer may run beside it.`),
  ...unknown.map(
    (name) => `${store} has ${name}, which version ${ownVersion()} does not know: a newer version made it.`,
  ),
  ...(missing.length + unknown.length === 0 ? [`${store} has every migration.`] : []),
]

/** Tells what a migration would do, and does nothing. */
const check = async (context: ProgramContext & Answer<z.infer<typeof storeResult>>): Promise<boolean> => {
  const { config, log, signal } = withConfig(context)
  const found = await unlessStopped(signal, () => checkMigrations(config, log, signal))
  if (!found) return false
  for (const one of found.stores) {
    const missing = one.missing.map((name) => ({ name, oldestBeside: oldestBeside[name]! }))
    context.tell({ store: one.store, missing, unknown: [...one.unknown] }, linesOf(one))
  }
  if (found.notAsked) context.say(`${found.notAsked} belongs to the running server and was not asked: stop it to know.`)
  const missing = found.stores.flatMap((one) => one.missing)
  if (missing.length > 0)
    context.say(
      `${plural(missing.length)} would be applied. Nodes of version ${oldestBesideAll(missing)} and newer may go on meanwhile and afterwards.`,
    )
  return found.stores.every((one) => one.missing.length + one.unknown.length === 0)
}

/** Brings both stores up to date. */
export const migrateCommand = programCommand({
  name: 'migrate',
  summary: 'apply the migrations of both stores and end',
  details: [
    'Every start does it as well. It needs the data directory for itself where a store is embedded: stop the server first.',
    'With --check nothing is applied: it says what would be, and which versions may run beside it. It fails when something would be.',
  ],
  options: { check: { about: 'only say what would be applied, and fail when something would be' } },
  examples: [
    { call: 'migrate', about: 'before the new version of the program is started' },
    { call: 'migrate --check', about: 'what the new version would change, while the old one runs' },
  ],
  result: z.union([
    z.object({ upToDate: z.literal(true).describe('both stores have all migrations') }).describe('without --check'),
    storeResult,
  ]),
  async run({ check: isCheck }, context) {
    if (isCheck) return check(context)
    const { config, log, signal } = withConfig(context)
    const embedded = config.databaseUrl === undefined || config.clickHouseUrl === undefined
    using _held = embedded ? holdDataDirectory(config.dataDir) : undefined
    await using stores = await unlessStopped(signal, () => openStores(config, log, signal))
    await stores?.clickHouseReady
    if (signal.aborted) return false
    context.tell({ upToDate: true }, 'Both stores are up to date.')
    return true
  },
})
