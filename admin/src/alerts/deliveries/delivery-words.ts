import type { AlertDeliveryCountsQuery, AlertDeliveryFilter, AlertDeliveryState } from '../../../generated/graphql.ts'
import type { Tone } from '../../parts/status/mark.tsx'
import { counted, exactNumber } from '../../view/format.ts'
import type { Range } from '../../view/view-search.ts'
import type { AlertsSearch } from '../search.ts'

/** States of deliveries, as a filter names them. */
export const stateNames: Record<AlertDeliveryState, string> = {
  WAITING: 'Waiting',
  DELIVERED: 'Delivered',
  DEAD: 'Given up',
}

type Told = { state: AlertDeliveryState; attemptCount: number; target: { pausedAt: string | null } }

/** What becomes of a delivery: a word, how that is, and a sentence. */
export const stateOf = ({ state, attemptCount, target }: Told): { tone: Tone; word: string; sentence: string } => {
  if (state === 'DELIVERED') return { tone: 'good', word: 'delivered', sentence: 'The target took it.' }
  if (state === 'DEAD')
    return { tone: 'wrong', word: 'given up', sentence: 'The target refused it, or it was tried too often.' }
  if (target.pausedAt) return { tone: 'quiet', word: 'waiting', sentence: 'It waits, because its target is paused.' }
  if (attemptCount > 0) return { tone: 'warn', word: 'retrying', sentence: 'It failed, and is tried again.' }
  return { tone: 'quiet', word: 'waiting', sentence: 'It is sent when its turn comes.' }
}

/** Which deliveries the address means. */
export const filterOf = ({ state, rule, target, kind, channel }: AlertsSearch, range: Range): AlertDeliveryFilter => ({
  ...{ range, state, rule, target, kind, channel },
})

/** Whether the address leaves some deliveries of the range out. */
export const isFiltered = ({ state, rule, target, kind, channel }: AlertsSearch): boolean =>
  [state, rule, target, kind, channel].some((one) => one !== undefined)

/** So many are counted of each state, and so many are replayed at once. */
const mostReplayed = 10_000

type Counts = Omit<AlertDeliveryCountsQuery['alertDeliveryCounts'], '__typename'>

const alerts = (count: number): string => `${count >= mostReplayed ? 'at least ' : ''}${counted(count, 'alerts')}`

/** What they had been before, where it is known of all. */
const endedText = (delivered: number, dead: number): string => {
  if (delivered === 0) return dead === 1 ? 'It had been given up.' : 'All had been given up.'
  if (dead === 0) return delivered === 1 ? 'It had been delivered.' : 'All had been delivered.'
  return `${exactNumber(delivered)} had been delivered, and ${exactNumber(dead)} given up.`
}

/** What a replay would do, before it does it. `count` is 0 where it would do nothing. */
export const replayWords = ({ waiting, delivered, dead }: Counts): { count: number; sentences: string[] } => {
  const all = delivered + dead
  const count = Math.min(all, mostReplayed)
  const isOne = waiting === 1
  const left =
    waiting > 0 ? [`${alerts(waiting)} ${isOne ? 'waits' : 'wait'} already, and ${isOne ? 'is' : 'are'} left.`] : []
  if (count === 0) return { count, sentences: ['There is none that ended.', ...left] }
  const isCut = all > mostReplayed || [delivered, dead].includes(mostReplayed)
  const sent = `${counted(count, 'alerts')} ${count === 1 ? 'is' : 'are'} sent again, ${count === 1 ? '' : 'each '}under the id that it had.`
  return {
    count,
    sentences: [sent, isCut ? 'There are more: these are the oldest.' : endedText(delivered, dead), ...left],
  }
}
