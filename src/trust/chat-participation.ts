import type { ChatEvidence, Judgement } from './evidence.ts'
import { amount, counted, percent } from './format-numbers.ts'
import { type Band, inBand } from './scale.ts'

const leastHours = 0.5
const leastViewers = 5

/** The share of an audience that writes falls with its size: about 25% of 5 viewers, 10% of 100 and 2.5% of 10,000. */
const usual = (viewers: number): Band => {
  const typical = 0.4 * viewers ** -0.3
  return { none: typical / 20, from: typical / 2, until: typical * 4, over: typical * 16 }
}

/** Judges the share of viewers that write. A silent crowd is suspicious, and so are more writers than viewers. */
export const chatParticipation = ({ hours, averageViewers, chatters, messages }: ChatEvidence): Judgement => {
  if (!(hours > 0)) return { value: null, explanation: 'No chat has been collected while it was live.' }
  if (!(hours >= leastHours))
    return {
      value: null,
      explanation: `Chat was collected for ${counted(hours, 'hour')} of live time; it takes ${amount(leastHours)}.`,
    }
  if (!(averageViewers >= leastViewers))
    return {
      value: null,
      explanation: `An audience of ${counted(averageViewers, 'viewer')} on average is too small to be judged by its chat; it takes ${leastViewers}.`,
    }
  const band = usual(averageViewers)
  const writing = chatters / averageViewers
  return {
    value: inBand(writing, band),
    explanation:
      `Of ${amount(averageViewers)} viewers on average ${amount(chatters)} wrote in a quarter of an hour (${percent(writing)}; ` +
      `${percent(band.from)} to ${percent(band.until)} is usual at this size), ${counted(messages, 'message')} in all.`,
  }
}
