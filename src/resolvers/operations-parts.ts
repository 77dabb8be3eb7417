import type { PlatformName } from '../platforms/platform.ts'
import type { JobDefinition, JobRunSeen, PolledPlatform, ThisNode } from './operations-source.ts'

/** A platform that is polled; the counts are null where the database does not answer. */
export type Polling = { platform: PlatformName; isOn: boolean; intervalSeconds: number; isLate: boolean | null } & {
  [Field in keyof Omit<PolledPlatform, 'platform'>]: PolledPlatform[Field] | null
}

/** A node of the cluster; `own` is what only the answering process knows, null of the others. */
export type Node = {
  name: string
  seenAt: Date
  isSilent: boolean
  waitingSince: Date | null
  own: ThisNode | null
}

/** A job; `isRunning` is null where the database does not answer, and `lastRun` then as well. */
export type OperationsJob = JobDefinition & {
  nextRunAt: Date | null
  isRunning: boolean | null
  runningSince: Date | null
  lastRun: JobRunSeen | null
}
