import { openBothPlaces, placesOf } from '../../../src/cli/split-context.ts'
import { keepJournalEpoch, readJournalState } from '../../../src/live/journal.ts'
import { cutOver, finishMove } from '../../../src/splitting/cut-over.ts'
import { lockMove } from '../../../src/splitting/open-places.ts'
import { readSplitState } from '../../../src/splitting/split-state.ts'

// A cut over that says each step and stands still at the one that it is told to: `<to> <step>`.
const [to, last] = process.argv.slice(2)
await using places = await openBothPlaces({ env: process.env, words: [] } as never, to)
const { source, target } = places
await lockMove(source, target)
const options = {
  ...placesOf(places),
  fenceSeconds: 3,
  keepEpoch: async () => keepJournalEpoch(target.tx.query, (await readJournalState(source.tx.query)).epoch),
  async onStep(step: string) {
    process.stdout.write(`${step}\n`)
    if (step === last) await new Promise(() => setInterval(() => undefined, 60_000))
  },
}
const state = await readSplitState(source.tx)
if (state.role === 'source' && (state.phase === 'handing-over' || state.phase === 'moved')) await finishMove(options)
else await cutOver(options)
