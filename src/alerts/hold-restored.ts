/** Why a target is paused after a restore. */
export const restoredText =
  'This system was restored from a backup. Resume the target when the system that was backed up tells nothing any more.'

const heldText = 'The system was restored while this waited. Whoever was backed up may have told it: replay it if not.'

/** Runs a statement in the transaction of a restore. */
type Run = (text: string, values: readonly unknown[]) => Promise<unknown>

/**
 * Has a restored copy tell nothing by itself, as the system that it is a copy of may go on beside it: all targets are paused, and what waited is
 * given up under its id. The tables are those of the backup, which may be of an older version.
 */
export const holdRestored = async (run: Run): Promise<void> => {
  await run('UPDATE public.alert_target SET paused_at = now(), paused_reason = $1 WHERE paused_at IS NULL', [
    restoredText,
  ])
  await run(
    `WITH held AS (
       UPDATE public.alert_delivery SET state = 'dead', ended_at = now(), lease = NULL, leased_until = NULL, attempts = attempts + 1
       WHERE state = 'waiting' RETURNING id, attempts)
     INSERT INTO public.alert_attempt (delivery_id, number, outcome, answer, ms) SELECT id, attempts, 'refused', $1, 0 FROM held`,
    [heldText],
  )
}
