import { detailsLog } from './details-log.ts'
import { happeningsLog, ownLog } from './happenings-log.ts'
import { journalLog } from './journal-log.ts'
import type { Log } from './log.ts'

/** The logs that alerts follow. */
export const logs: readonly Log[] = [journalLog, detailsLog, happeningsLog, ownLog]
