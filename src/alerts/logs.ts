import { journalLog } from './journal-log.ts'
import type { Log } from './log.ts'

/** The logs that alerts follow. */
export const logs: readonly Log[] = [journalLog]
