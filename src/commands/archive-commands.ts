import { type Archive, archivesBetween } from '../archive/archive-log.ts'
import { restoreArchive } from '../archive/restore-archive.ts'
import { verifyArchive } from '../archive/verify-archive.ts'
import type { Window } from '../archive/window.ts'
import { type CommandServices, type Say, type StoreContext, storeCommand } from './store-command.ts'
import { instant, matching } from './values.ts'

/** Hours of one call: more than a year. */
const maxWindows = 10_000

const always = { from: new Date('1970-01-01T00:00:00Z'), to: new Date('2200-01-01T00:00:00Z') }

const from = { about: 'only hours from this instant on', value: instant }
const to = { about: 'only hours before this instant', value: instant }

type Range = { from?: Date | undefined; to?: Date | undefined }

const checkRange = ({ from = always.from, to = always.to }: Range): string | undefined =>
  to > from ? undefined : '--to must be after --from.'

const hourOf = ({ from }: Window): string => `${from.toISOString().slice(0, 16)}Z`

/** Does the work for every archived hour of a range; whether all of it went well, and how many there were. */
const forEach = async (
  { services, say, signal }: StoreContext,
  { from = always.from, to = always.to }: Range,
  work: (archive: Archive, services: CommandServices, say: Say) => Promise<boolean>,
): Promise<{ ok: boolean; count: number }> => {
  const archives = await archivesBetween(services.db, services.env, { from, to }, maxWindows)
  let ok = true
  for (const archive of archives) {
    signal.throwIfAborted()
    ok = (await work(archive, services, say)) && ok
  }
  return { ok, count: archives.length }
}

const sum = ({ services, say }: StoreContext, count: number): void =>
  say(`${count} archived hours in ${services.objects.place}`)

const list = storeCommand({
  name: 'archive list',
  summary: 'list the archived hours of chat',
  options: { from, to },
  check: checkRange,
  async run(range, context) {
    const { ok, count } = await forEach(context, range, async (archive, _, say) => {
      const { rows, objects } = archive.manifest
      say(`${hourOf(archive)}  ${rows} rows in ${objects.length} objects`)
      for (const { key, bytes, sha256 } of objects) say(`  ${key}  ${bytes} bytes  sha256 ${sha256}`)
      return true
    })
    sum(context, count)
    return ok
  },
})

const verify = storeCommand({
  name: 'archive verify',
  summary: 'read archived hours back and compare rows and sums with what was archived',
  options: { from, to },
  check: checkRange,
  async run(range, context) {
    const { ok, count } = await forEach(context, range, async (archive, services, say) => {
      const { rows, bytes, objects, problems } = await verifyArchive(services, services.env, archive)
      const found = `${rows} rows and ${bytes} bytes in ${objects} objects`
      say(`${hourOf(archive)}  ${problems.length === 0 ? `intact: ${found}` : `DAMAGED: ${problems.join('; ')}`}`)
      return problems.length === 0
    })
    sum(context, count)
    return ok
  },
})

const chatTable = 'kick_chat_message'

const restore = storeCommand({
  name: 'archive restore',
  summary: 'put the rows of archived hours back into a table',
  options: {
    from: { ...from, required: true },
    to: { ...to, required: true },
    into: {
      about: `another table than ${chatTable}`,
      value: matching('<table>', /^[a-z]\w{0,63}$/, 'the name of a table'),
    },
  },
  check: checkRange,
  async run({ into = chatTable, ...range }, context) {
    await context.record()
    const { ok, count } = await forEach(context, range, async (archive, services, say) => {
      const restored = await restoreArchive(services, { ...archive, env: services.env }, into)
      if (restored.kind === 'restored') say(`${hourOf(archive)}  ${restored.rows} rows are in ${into}`)
      else if (restored.kind === 'present')
        say(`${hourOf(archive)}  REFUSED: ${into} still has ${restored.rows} rows of this hour`)
      else say(`${hourOf(archive)}  DAMAGED: ${restored.problem}`)
      return restored.kind === 'restored'
    })
    if (ok && into === chatTable && count > 0)
      context.say('What was restored has arrived anew: it will be archived once more.')
    sum(context, count)
    return ok
  },
})

/** List, check and bring back archived chat. */
export const archiveCommands = [list, verify, restore]
