import { z } from 'zod'
import { type Archive, archivesBetween } from '../archive/archive-log.ts'
import { restoreArchive } from '../archive/restore-archive.ts'
import { verifyStoredArchive } from '../archive/verify-archive.ts'
import type { Window } from '../archive/window.ts'
import { tellLateSpan } from '../sessions/late-rows.ts'
import type { Answer } from './answer.ts'
import { type StoreContext, storeCommand } from './store-command.ts'
import { instant, matching } from './values.ts'
import { counted } from './words.ts'

/** Hours of one call: more than a year. */
const maxWindows = 10_000

const always = { from: new Date('1970-01-01T00:00:00Z'), to: new Date('2200-01-01T00:00:00Z') }

const from = { about: 'only hours from this instant on', value: instant }
const to = { about: 'only hours before this instant', value: instant }

type Range = { from?: Date | undefined; to?: Date | undefined }

const checkRange = ({ from = always.from, to = always.to }: Range): string | undefined =>
  to > from ? undefined : '--to must be after --from.'

const hourOf = ({ from }: Window): string => `${from.toISOString().slice(0, 16)}Z`

const hour = z.iso.datetime().describe('the beginning of the archived hour')

/** Does the work for every archived hour of a range; whether all of it went well, and how many there were. */
const forEach = async (
  { services, signal }: StoreContext,
  { from = always.from, to = always.to }: Range,
  work: (archive: Archive) => Promise<boolean>,
): Promise<{ ok: boolean; count: number }> => {
  const archives = await archivesBetween(services.db, services.env, { from, to }, maxWindows)
  let ok = true
  for (const archive of archives) {
    signal.throwIfAborted()
    ok = (await work(archive)) && ok
  }
  return { ok, count: archives.length }
}

const sum = ({ services, say }: StoreContext & Pick<Answer, 'say'>, count: number): void =>
  say(`${counted(count, 'archived hour')} in ${services.objects.place}`)

const list = storeCommand({
  name: 'archive list',
  summary: 'list the archived hours of chat',
  options: { from, to },
  check: checkRange,
  examples: [
    { call: 'archive list --from 2026-11-01 --to 2026-12-01', about: 'the archived hours of November' },
    { call: 'archive list --json', about: 'all of them, for a script' },
  ],
  result: z.object({
    hour,
    rows: z.int().describe('messages in it'),
    objects: z
      .array(z.object({ key: z.string(), bytes: z.int(), sha256: z.string() }))
      .describe('the files that hold it: key, bytes and sha256 of each'),
  }),
  async run(range, context) {
    const { ok, count } = await forEach(context, range, async (archive) => {
      const { rows, objects } = archive.manifest
      context.tell(
        {
          hour: archive.from.toISOString(),
          rows,
          objects: objects.map(({ key, bytes, sha256 }) => ({ key, bytes, sha256 })),
        },
        [
          `${hourOf(archive)}  ${rows} rows in ${objects.length} objects`,
          ...objects.map(({ key, bytes, sha256 }) => `  ${key}  ${bytes} bytes  sha256 ${sha256}`),
        ],
      )
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
  details: [
    'It reads every object of the range. It fails when one hour is damaged, after it has looked at all of them.',
  ],
  examples: [{ call: 'archive verify --from 2026-11-01', about: 'check what was archived since then' }],
  result: z.object({
    hour,
    rows: z.int().describe('messages that were read'),
    bytes: z.int().describe('bytes that were read'),
    objects: z.int().describe('files that were read'),
    problems: z.array(z.string()).describe('what is damaged, a sentence each; empty when the hour is intact'),
  }),
  async run(range, context) {
    const { services } = context
    const { ok, count } = await forEach(context, range, async (archive) => {
      const { rows, bytes, objects, problems } = await verifyStoredArchive(services.db, services, services.env, archive)
      const found = `${rows} rows and ${bytes} bytes in ${objects} objects`
      context.tell(
        { hour: archive.from.toISOString(), rows, bytes, objects, problems },
        `${hourOf(archive)}  ${problems.length === 0 ? `intact: ${found}` : `DAMAGED: ${problems.join('; ')}`}`,
      )
      return problems.length === 0
    })
    sum(context, count)
    return ok
  },
})

const chatTable = 'kick_chat_message'

// What was sent over seven days before it arrived is put aside (QUARANTINED).
const longestWayMs = 7 * 86_400_000

/** When the messages of an archived hour of arrivals were sent. */
const saidIn = ({ from, to }: Archive) => ({ from: new Date(from.getTime() - longestWayMs), to })

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
  details: ['An hour whose rows are still in the table is refused, so that no row is there twice.'],
  examples: [
    {
      call: 'archive restore --from 2026-11-22T13:00Z --to 2026-11-22T14:00Z --into chat_again',
      about: 'put one hour into a table beside the live one',
    },
  ],
  result: z.object({
    hour,
    outcome: z.enum(['restored', 'present', 'damaged']).describe('restored, present (refused) or damaged'),
    rows: z.int().nullable().describe('rows that are in the table; null where it is not known'),
    problem: z.string().nullable().describe('what is damaged; null where nothing is'),
  }),
  async run({ into = chatTable, ...range }, context) {
    const { services } = context
    await context.record()
    const { ok, count } = await forEach(context, range, async (archive) => {
      const restored = await restoreArchive(services, { ...archive, env: services.env }, into)
      if (into === chatTable) await tellLateSpan(services.db, saidIn(archive))
      const hour = archive.from.toISOString()
      if (restored.kind === 'damaged')
        context.tell(
          { hour, outcome: 'damaged', rows: null, problem: restored.problem },
          `${hourOf(archive)}  DAMAGED: ${restored.problem}`,
        )
      else
        context.tell(
          { hour, outcome: restored.kind, rows: restored.rows, problem: null },
          restored.kind === 'restored'
            ? `${hourOf(archive)}  ${restored.rows} rows are in ${into}`
            : `${hourOf(archive)}  REFUSED: ${into} still has ${restored.rows} rows of this hour`,
        )
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
