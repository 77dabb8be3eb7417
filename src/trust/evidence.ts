/** Days of broadcasts, chat and follows that count. */
export const recentDays = 30
/** Days of viewer counts that count, sample by sample. */
export const curveDays = 14
/** Days in which a channel must have broadcast, and that count for its regularity. */
export const regularDays = 90

/** What is known of a channel when its trust is judged. Every number may be 0. */
export type Evidence = {
  broadcasts: Broadcasts
  chat: ChatEvidence
  follows: FollowEvidence
  curve: CurveEvidence
}

/** From the sessions. */
export type Broadcasts = {
  /** In the last `recentDays`. */
  hours: number
  /** Whole weeks that the channel has been known for, at most those in `regularDays`. */
  weeksKnown: number
  /** Of these, the weeks in which it broadcast. */
  weeksLive: number
}

/** From chat and viewers of the last `recentDays`, as far as chat was collected. */
export type ChatEvidence = {
  /** Time live with viewers counted, in hours. */
  hours: number
  averageViewers: number
  /** Different people who wrote in a quarter of an hour, on average over that time. */
  chatters: number
  messages: number
}

/** From follows and viewers of the last `recentDays`, as far as follows were collected. */
export type FollowEvidence = {
  isCollected: boolean
  follows: number
  /** In the hour with most of them. */
  busiestHour: number
  /** Hours that viewers watched, all of them together. */
  hoursWatched: number
  peakViewers: number
}

/** From the viewer counts of the last `curveDays`, taken every two minutes. */
export type CurveEvidence = {
  /** Steps from one count to the next, at audiences of 30 and more. */
  steps: number
  /** Steps without a change. */
  still: number
  /** The sum of the steps' movements, each from 0 to 1: the change as a share of what chance brings at that size. */
  moved: number
  /** Time of the steps after the first quarter of an hour of a broadcast, in hours. */
  settledHours: number
  /** Of these steps, those that changed the audience by over 40%. */
  jumps: number
  /** Beginnings of broadcasts that were seen. */
  starts: number
  /** Of these, the ones at which the audience was still arriving. */
  arriving: number
  /** Ends of broadcasts that were seen. */
  ends: number
  /** Of these, the ones at which the audience was leaving. */
  leaving: number
}

/** The verdict of one factor: a value, or null when there is too little evidence, and one sentence with the numbers. */
export type Judgement = { value: number | null; explanation: string }
