import {
  type Broadcasts,
  type ChatEvidence,
  type CurveEvidence,
  type FollowEvidence,
  type Judgement,
  recentDays,
} from './evidence.ts'

const small = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 })
const large = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** A number as people write it: whole from 10 on, else two digits. */
const amount = (x: number): string => (Math.abs(x) < 10 ? small : large).format(x)

/** A share of 1 in percent. */
const percent = (x: number): string => `${amount(x * 100)}%`

/** A count with its noun. */
const counted = (count: number, one: string, many = `${one}s`): string => `${amount(count)} ${count === 1 ? one : many}`

/** A number bounded to 0 and 1; NaN is 0. */
const share = (x: number): number => (x > 0 ? Math.min(1, x) : 0)

/** 0 up to `none`, 1 from `full` on, and a straight line between them. */
const rising = (x: number, none: number, full: number): number => share((x - none) / (full - none))

/** The same on a logarithmic scale, for ratios; both bounds are above 0. */
const risingRatio = (x: number, none: number, full: number): number =>
  x > 0 ? share(Math.log(x / none) / Math.log(full / none)) : 0

/** Ratios from `from` to `until` are usual; up to `none` and from `over` on they are worth nothing. All above 0, in this order. */
type Band = { none: number; from: number; until: number; over: number }

/** 1 inside the band, falling to 0 on both sides on a logarithmic scale. */
const inBand = (x: number, { none, from, until, over }: Band): number =>
  Math.min(risingRatio(x, none, from), 1 - risingRatio(x, until, over))

const fullHours = 40
/** A channel that has hardly broadcast is unproven, not suspicious. */
const unproven = 0.4

/** Judges the time on air: 0.4 and more, rising with the root of the share of 40 hours in 30 days. */
export const broadcastHours = ({ hours }: Pick<Broadcasts, 'hours'>): Judgement => ({
  value: unproven + (1 - unproven) * Math.sqrt(share(hours / fullHours)),
  explanation: `On air for ${counted(hours, 'hour')} in the last ${recentDays} days; ${fullHours} hours and more count in full, few count ${percent(unproven)}.`,
})

const leastWeeks = 2

/** Judges regularity, which is hard to fake: the share of weeks with a broadcast, in full from three in four on. */
export const broadcastWeeks = ({ weeksKnown, weeksLive }: Pick<Broadcasts, 'weeksKnown' | 'weeksLive'>): Judgement =>
  weeksKnown >= leastWeeks
    ? {
        value: rising(weeksLive / weeksKnown, 0, 0.75),
        explanation: `Broadcast in ${amount(weeksLive)} of the last ${counted(weeksKnown, 'week')}; three in four and more count in full.`,
      }
    : {
        value: null,
        explanation: `Known for ${counted(weeksKnown, 'whole week')}; it takes ${leastWeeks} to tell how regular a channel is.`,
      }

const leastEdges = 3

/** Judges beginnings and ends: the share of beginnings with viewers still arriving and of ends with viewers leaving. */
export const viewerEdges = ({
  starts,
  arriving,
  ends,
  leaving,
}: Pick<CurveEvidence, 'starts' | 'arriving' | 'ends' | 'leaving'>): Judgement =>
  starts + ends >= leastEdges
    ? {
        value: rising((arriving + leaving) / (starts + ends), 0.1, 0.6),
        explanation: `The audience was still arriving at ${amount(arriving)} of ${amount(starts)} beginnings and leaving at ${amount(leaving)} of ${amount(ends)} ends; 60% of both together count in full.`,
      }
    : {
        value: null,
        explanation: `It takes ${leastEdges} beginnings and ends of broadcasts of ten minutes or more; seen so far: ${amount(starts + ends)}.`,
      }

const leastSettledHours = 1

/** Judges jumps: changes by over 40% from one sample to the next, for each hour. A raid now and then is usual. */
export const viewerJumps = ({ settledHours, jumps }: Pick<CurveEvidence, 'settledHours' | 'jumps'>): Judgement =>
  settledHours >= leastSettledHours
    ? {
        value: 1 - risingRatio(jumps / settledHours, 0.5, 5),
        explanation: `${counted(jumps, 'jump')} by over 40% in ${counted(settledHours, 'settled hour')}; up to one in two hours is usual.`,
      }
    : {
        value: null,
        explanation: `Seen for ${counted(settledHours, 'hour')} with 30 viewers or more after the first quarter of an hour; it takes ${leastSettledHours}.`,
      }

const leastSteps = 15

/** Judges movement: how much the viewer count changes from one sample to the next. A flat count is worth nothing. */
export const viewerMovement = ({ steps, still, moved }: Pick<CurveEvidence, 'steps' | 'still' | 'moved'>): Judgement =>
  steps >= leastSteps
    ? {
        value: rising(moved / steps, 0.1, 0.9),
        explanation:
          `Over ${counted(steps, 'step')} of two minutes the viewer count showed ${percent(moved / steps)} of the movement that chance alone brings ` +
          `and stood still at ${percent(still / steps)} of them; 90% movement and more count in full.`,
      }
    : {
        value: null,
        explanation: `The viewer count was seen at 30 and more over ${counted(steps, 'step')} of two minutes; it takes ${leastSteps} to judge how it moves.`,
      }

const leastFollows = 10
const leastPeak = 10

const notCollected: Judgement = { value: null, explanation: 'No follows have been collected.' }

/** Judges bursts: follows of the busiest hour for each viewer at the peak, since only viewers follow. A larger burst never scores better. */
export const followBursts = ({
  isCollected,
  follows,
  busiestHour,
  peakViewers,
}: Pick<FollowEvidence, 'isCollected' | 'follows' | 'busiestHour' | 'peakViewers'>): Judgement => {
  if (!isCollected) return notCollected
  if (!(follows >= leastFollows))
    return {
      value: null,
      explanation: `${counted(follows, 'follow')} have been collected; it takes ${leastFollows} to tell a burst.`,
    }
  return {
    value: 1 - risingRatio(busiestHour / Math.max(peakViewers, leastPeak), 0.5, 5),
    explanation: `The busiest hour brought ${counted(busiestHour, 'follow')}, at a peak of ${counted(peakViewers, 'viewer')}; up to one for every two viewers is usual.`,
  }
}

const leastHoursWatched = 100
const usualPace = { none: 0.0001, from: 0.002, until: 0.3, over: 5 }

/** Judges the pace: follows for each hour that somebody watched. One follow is added, so that chance does not decide at small numbers. */
export const followPace = ({
  isCollected,
  follows,
  hoursWatched,
}: Pick<FollowEvidence, 'isCollected' | 'follows' | 'hoursWatched'>): Judgement => {
  if (!isCollected) return notCollected
  if (!(hoursWatched >= leastHoursWatched))
    return {
      value: null,
      explanation: `Follows were collected over ${counted(hoursWatched, 'hour')} watched; it takes ${leastHoursWatched} to judge their pace.`,
    }
  return {
    value: inBand((follows + 1) / hoursWatched, usualPace),
    explanation:
      `${counted(follows, 'follow')} in ${amount(hoursWatched)} hours watched, ${amount((follows / hoursWatched) * 1000)} in a thousand; ` +
      `${amount(usualPace.from * 1000)} to ${amount(usualPace.until * 1000)} are usual.`,
  }
}

const leastHoursOfChat = 0.5
const leastViewers = 5

/** The share of an audience that writes falls with its size: about 25% of 5 viewers, 10% of 100 and 2.5% of 10,000. */
const usualShare = (viewers: number): Band => {
  const typical = 0.4 * viewers ** -0.3
  return { none: typical / 20, from: typical / 2, until: typical * 4, over: typical * 16 }
}

/** Judges the share of viewers that write. A silent crowd is suspicious, and so are more writers than viewers. */
export const chatParticipation = ({ hours, averageViewers, chatters, messages }: ChatEvidence): Judgement => {
  if (!(hours > 0)) return { value: null, explanation: 'No chat has been collected while it was live.' }
  if (!(hours >= leastHoursOfChat))
    return {
      value: null,
      explanation: `Chat was collected for ${counted(hours, 'hour')} of live time; it takes ${amount(leastHoursOfChat)}.`,
    }
  if (!(averageViewers >= leastViewers))
    return {
      value: null,
      explanation: `An audience of ${counted(averageViewers, 'viewer')} on average is too small to be judged by its chat; it takes ${leastViewers}.`,
    }
  const band = usualShare(averageViewers)
  const writing = chatters / averageViewers
  return {
    value: inBand(writing, band),
    explanation:
      `Of ${amount(averageViewers)} viewers on average ${amount(chatters)} wrote in a quarter of an hour (${percent(writing)}; ` +
      `${percent(band.from)} to ${percent(band.until)} is usual at this size), ${counted(messages, 'message')} in all.`,
  }
}
