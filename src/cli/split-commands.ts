import { z } from 'zod'
import { ConfigError } from '../lib/errors.ts'
import { endCapture } from '../splitting/capture.ts'
import { catchUp, copyTables } from '../splitting/copy-dm.ts'
import { wayOut } from '../splitting/cut-over.ts'
import { moveOf } from '../splitting/new-place.ts'
import { lockMove } from '../splitting/open-places.ts'
import { type Compared, compareTables } from '../splitting/verify-dm.ts'
import { programCommand } from './program-command.ts'
import { comparedTable, plannedTable, planTotal } from './split-answers.ts'
import { beginMove, openBothPlaces, openOldPlace, placesOf, toOption } from './split-context.ts'
import { cutOverCommand } from './split-cut-over.ts'
import { count, dryRunOption, resumes, tellPlan } from './split-plan.ts'
import { sayingWhenStopped } from './split-stop.ts'

/** Says what a move would do. */
const planCommand = programCommand({
  name: 'split-dm plan',
  summary: 'say what moving dm into a database of its own would do',
  details: ['It changes nothing. docs/splitting.md leads through a move.'],
  options: { to: toOption },
  examples: [{ call: 'split-dm plan --to postgresql://user:password@host/dm', about: 'before anything is done' }],
  result: z.union([plannedTable, planTotal]),
  async run({ to }, context) {
    await using places = await openBothPlaces(context, to)
    await tellPlan(places, context.tell)
    return true
  },
})

const copyStopped = 'Stopped: writers go on. Run split-dm copy again, it goes on where it was.'

const copyCommand = programCommand({
  name: 'split-dm copy',
  summary: 'copy dm into another database while everybody writes',
  details: [
    'Rows that change meanwhile are noted by triggers and brought afterwards. Run it again to bring what changed since.',
    resumes,
  ],
  options: { to: toOption, 'dry-run': dryRunOption },
  examples: [{ call: 'split-dm copy --to postgresql://user:password@host/dm', about: 'the server goes on meanwhile' }],
  result: z.union([
    plannedTable,
    planTotal,
    z
      .object({
        table: z.string().describe('the table'),
        rows: z.number().describe('how many of its rows were copied'),
        isDone: z.boolean().describe('whether all were'),
      })
      .describe('while a table is copied'),
    z
      .object({ changed: z.number().describe('how many rows had changed meanwhile and were brought') })
      .describe('at the end'),
  ]),
  async run({ to, 'dry-run': dryRun }, context) {
    await using places = await openBothPlaces(context, to)
    if (dryRun) {
      await tellPlan(places, context.tell)
      return true
    }
    const { source, state } = places
    if (state.role === 'source' && state.phase !== 'copying' && state.phase !== 'fenced')
      throw new ConfigError(`dm has moved to ${state.movedTo} already.`)
    await lockMove(source, places.target)
    const changed = await sayingWhenStopped(places.signal, copyStopped, async () => {
      await beginMove(places)
      await copyTables(placesOf(places), ({ table, rows, isDone }) =>
        context.tell(
          { table: `dm.${table}`, rows, isDone },
          `dm.${table}  ${count(rows)} rows${isDone ? ', done' : ''}`,
        ),
      )
      return await catchUp(placesOf(places))
    })
    context.tell(
      { changed },
      `${count(changed)} rows changed meanwhile and were brought. Next: restart the nodes with DM_DATABASE_URL, split-dm verify, split-dm cut-over.`,
    )
    return true
  },
})

const verifyCommand = programCommand({
  name: 'split-dm verify',
  summary: 'compare every table of both places by count and checksum',
  details: [
    'All tables are compared as they are at one moment, whatever is written meanwhile. The cut over compares all once more, while nobody writes.',
  ],
  options: { to: toOption },
  examples: [{ call: 'split-dm verify --to postgresql://user:password@host/dm', about: 'after split-dm copy' }],
  result: comparedTable,
  async run({ to }, context) {
    await using places = await openBothPlaces(context, to)
    const { source, target, tables, signal } = places
    await lockMove(source, places.target)
    if ((await moveOf(target.db)) === null) throw new ConfigError('Nothing was copied yet: run split-dm copy first.')
    let compared: Compared[] = []
    await sayingWhenStopped(signal, 'Stopped: nothing was found out, and writers go on.', () =>
      catchUp(placesOf(places), async () => {
        compared = await compareTables(source.db, target.db, tables, signal)
      }),
    )
    for (const { table, source: here, target: there, isEqual } of compared)
      context.tell(
        { table: `dm.${table}`, rows: Number(here.rows), rowsThere: Number(there.rows), isEqual },
        `dm.${table}  ${count(Number(here.rows))} and ${count(Number(there.rows))} rows  ${isEqual ? 'equal' : 'DIFFERENT'}`,
      )
    if (!compared.every(({ isEqual }) => isEqual)) {
      context.say(`Both places differ. ${wayOut}`)
      return false
    }
    context.say('Both places are equal.')
    return true
  },
})

const giveUpStopped = 'Stopped: the move is given up in part only. Run split-dm give-up again.'

const giveUpCommand = programCommand({
  name: 'split-dm give-up',
  summary: 'end a move that has not been handed over: the old place is as before',
  details: ['The database that was being filled can be dropped then.'],
  examples: [{ call: 'split-dm give-up', about: 'when dm is to stay where it is' }],
  result: z.object({ givenUp: z.literal(true).describe('the old place notes nothing any more') }),
  async run(_, context) {
    await using old = await openOldPlace(context)
    const { source, tables, state, signal } = old
    await lockMove(source)
    if (state.role !== 'source') throw new ConfigError('dm is not being moved.')
    if (state.phase === 'handing-over' || state.phase === 'moved')
      throw new ConfigError(`dm has been handed over to ${state.movedTo}: it can not stay here any more.`)
    await sayingWhenStopped(signal, giveUpStopped, () => endCapture(source.db, tables, { givesUp: true }, signal))
    context.tell({ givenUp: true }, 'The move is given up. dm is where it was.')
    return true
  },
})

const dropOldCommand = programCommand({
  name: 'split-dm drop-old',
  summary: 'delete the old tables of dm after they have moved',
  options: {
    yes: { about: 'delete them' },
    'dry-run': dryRunOption,
  },
  examples: [{ call: 'split-dm drop-old --yes', about: 'when the new place has been backed up' }],
  result: z.object({ tables: z.number().describe('how many tables were deleted, or would be') }),
  check: ({ yes, 'dry-run': dryRun }) => (yes || dryRun ? undefined : 'split-dm drop-old deletes tables: say --yes.'),
  async run({ 'dry-run': dryRun }, context) {
    await using old = await openOldPlace(context)
    const { source, tables, state } = old
    await lockMove(source)
    if (state.role !== 'source' || state.phase !== 'moved')
      throw new ConfigError('dm has not moved away from here, so nothing is deleted.')
    if (!dryRun) {
      await source.db.query('BEGIN')
      await source.db.query('DROP SCHEMA IF EXISTS dm, dm_jobs CASCADE')
      await source.db.query(`UPDATE dm_split.state SET phase = 'dropped'`)
      await source.db.query('COMMIT')
    }
    context.tell(
      { tables: tables.length },
      dryRun ? `${tables.length} tables would be deleted.` : `${tables.length} tables were deleted at ${source.name}.`,
    )
    return true
  },
})

/** Moving `dm` into a database of its own. */
export const splitCommands = [planCommand, copyCommand, verifyCommand, cutOverCommand, giveUpCommand, dropOldCommand]
