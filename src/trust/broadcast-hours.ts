import { type Broadcasts, type Judgement, recentDays } from './evidence.ts'
import { counted, percent } from './format-numbers.ts'
import { share } from './scale.ts'

const fullHours = 40
/** A channel that has hardly broadcast is unproven, not suspicious. */
const unproven = 0.4

/** Time on air is something to go by: from 0.4 with the root of the share of 40 hours in 30 days. Never falls with the hours. */
export const broadcastHours = ({ hours }: Pick<Broadcasts, 'hours'>): Judgement => ({
  value: unproven + (1 - unproven) * Math.sqrt(share(hours / fullHours)),
  explanation: `On air for ${counted(hours, 'hour')} in the last ${recentDays} days; ${fullHours} hours and more count in full, few count ${percent(unproven)}.`,
})
