/** The spool holds as many bytes as it may; the same append may succeed once batches have been shipped. */
export class SpoolFullError extends Error {
  override name = 'SpoolFullError'
}

/** The disk refused a read or a commit; what was stored before stays, and the same call may succeed later. */
export class SpoolDiskError extends Error {
  override name = 'SpoolDiskError'
}

/** Another process or thread holds this spool directory; the message names it. */
export class SpoolLockedError extends Error {
  override name = 'SpoolLockedError'
}

/** The spool was closed before this call could be carried out. */
export class SpoolClosedError extends Error {
  override name = 'SpoolClosedError'
}

/** Whether the spool takes nothing now, for whatever reason: what was to be stored has to come again. */
export const hasNoRoom = (error: unknown): boolean =>
  error instanceof SpoolFullError || error instanceof SpoolDiskError || error instanceof SpoolClosedError
