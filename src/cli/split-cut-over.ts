import { z } from 'zod'
import { minute } from '../commands/words.ts'
import { ConfigError } from '../lib/errors.ts'
import { keepJournalEpoch, readJournalState } from '../live/journal.ts'
import { copyTables } from '../splitting/copy-dm.ts'
import { type CutOver, cutOver, finishMove, readMovedAt } from '../splitting/cut-over.ts'
import { lockMove } from '../splitting/open-places.ts'
import { type Phase, readSplitState } from '../splitting/split-state.ts'
import { programCommand } from './program-command.ts'
import { comparedTable, plannedTable, planTotal } from './split-answers.ts'
import { type BothPlaces, beginMove, openBothPlaces, placesOf, toOption } from './split-context.ts'
import { count, dryRunOption, resumes, tellPlan } from './split-plan.ts'
import { refuseStops, sayingWhenStopped } from './split-stop.ts'

const stopped = 'Stopped: nothing was handed over, and writers go on.'

/** Hands over, or finishes what an earlier call has handed over: then nothing is compared, and `fencedMs` is null. */
const handOver = async (
  places: BothPlaces,
  phase: Phase,
  fenceSeconds: number,
): Promise<Pick<CutOver, 'compared'> & { fencedMs: number | null }> => {
  const { source, target, signal } = places
  using refusing = new DisposableStack()
  const options = {
    ...placesOf(places),
    fenceSeconds,
    async keepEpoch() {
      const { epoch } = await readJournalState(source.tx.query)
      await keepJournalEpoch(target.tx.query, epoch)
    },
    onGivenUp: () => void refusing.use(refuseStops(signal)),
  }
  if (phase === 'handing-over' || phase === 'moved') {
    options.onGivenUp()
    await finishMove(options)
    return { compared: [], fencedMs: null }
  }
  return await sayingWhenStopped(signal, stopped, async () => {
    await beginMove(places)
    await copyTables(placesOf(places), () => undefined)
    return await cutOver(options)
  })
}

/** Hands `dm` over to its new place. */
export const cutOverCommand = programCommand({
  name: 'split-dm cut-over',
  summary: 'hand dm over to its new place: writers wait for some seconds',
  details: [
    'Nothing can be written into dm from the fence until nodes use the new place; spools keep what arrives. Where both places differ, or where it takes longer than --fence-seconds, nothing is handed over and writers go on.',
    'Nodes that were restarted with DM_DATABASE_URL after the copy go on at the new place by themselves. Afterwards set it for the others and restart them: their /ready says so.',
    'Ctrl-C stops it before dm is handed over, and is not obeyed afterwards.',
    resumes,
  ],
  options: {
    to: toOption,
    'fence-seconds': {
      about: 'for how long nobody may write at most (8)',
      value: {
        form: '<seconds>',
        must: 'a whole number from 1 to 600',
        read: (word: string) => (/^[1-9]\d{0,2}$/.test(word) && Number(word) <= 600 ? Number(word) : undefined),
      },
    },
    'dry-run': dryRunOption,
  },
  examples: [{ call: 'split-dm cut-over --to postgresql://user:password@host/dm', about: 'after split-dm verify' }],
  result: z.union([
    plannedTable,
    planTotal,
    comparedTable,
    z
      .object({
        movedTo: z.string().describe('where dm is now, without its login'),
        fencedMs: z
          .number()
          .nullable()
          .describe(
            'for how many milliseconds no place could be written; null where an earlier call had fenced the old one',
          ),
        movedAt: z.iso.datetime().describe('when it was handed over'),
      })
      .describe('at the end'),
  ]),
  async run({ to: url, 'fence-seconds': fenceSeconds = 8, 'dry-run': dryRun }, context) {
    await using places = await openBothPlaces(context, url)
    if (dryRun) {
      await tellPlan(places, context.tell)
      return true
    }
    await lockMove(places.source, places.target)
    const state = await readSplitState(places.source.tx)
    if (state.role !== 'source') throw new ConfigError('Nothing was copied yet: run split-dm copy first.')
    const wasMoved = state.phase === 'moved'
    const { fencedMs, compared } = await handOver(places, state.phase, fenceSeconds)
    for (const { table, source: here, target: there, isEqual } of compared)
      context.tell(
        { table: `dm.${table}`, rows: Number(here.rows), rowsThere: Number(there.rows), isEqual },
        `dm.${table}  ${count(Number(here.rows))} rows  equal`,
      )
    const to = places.target.name
    const movedAt = await readMovedAt(places.source.db)
    context.tell(
      { movedTo: to, fencedMs, movedAt: movedAt.toISOString() },
      wasMoved
        ? `dm was handed over to ${to} already, at ${minute(movedAt)}: nothing is left to do.`
        : [
            `dm is at ${to} now${fencedMs === null ? '' : `; for ${fencedMs} ms nobody could write`}.`,
            'Nodes that have DM_DATABASE_URL go on there; set it for the others and restart them. The old tables stay, and take nothing more, until split-dm drop-old.',
          ],
    )
    return true
  },
})
