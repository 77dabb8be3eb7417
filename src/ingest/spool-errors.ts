/** The spool has reached its size limit; the same append may succeed once batches are shipped. */
export class SpoolFullError extends Error {
  override name = 'SpoolFullError'
}

/** The disk refused a read or a commit; stored rows stay, and the same call may succeed later. */
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

/** Whether the spool takes no rows now, so that they must be sent again. */
export const hasNoRoom = (error: unknown): boolean =>
  error instanceof SpoolFullError || error instanceof SpoolDiskError || error instanceof SpoolClosedError
