/** How much is looked back on, in days: behaviour of an audience, its curve sample by sample, and regularity. */
export const recentDays = 30
export const curveDays = 14
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
  /** Those of these weeks in which it broadcast. */
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
  /** From one count to the next, at audiences of `smallestCurve` and more. */
  steps: number
  /** Those that led to the same number. */
  still: number
  /** The steps, each counted by how far it went of what is little for an audience of its size: 0 to 1. */
  moved: number
  /** Time of the steps after the first quarter of an hour of a broadcast, in hours. */
  settledHours: number
  /** Those of these steps that changed the audience by over 40%. */
  jumps: number
  /** Beginnings of broadcasts that were seen, and those at which the audience was still arriving. */
  starts: number
  arriving: number
  /** Ends of broadcasts, and those at which the audience was leaving. */
  ends: number
  leaving: number
}

/** What one factor makes of the evidence: null when there is too little of it, and why, in one sentence with the numbers. */
export type Judgement = { value: number | null; explanation: string }
