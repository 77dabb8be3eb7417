import { expressions, select } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** For how long a call is answered: whoever made it has given up by then. */
const answered = `called_at > now() - interval '2 minutes'`

/** Parameters: id, tier, node. Calls that nobody removed go. */
export const insertCall = statement(
  'backup_insert_call',
  `WITH gone AS (DELETE FROM dm.backup_call WHERE env = $2 AND NOT (${answered}))
   INSERT INTO dm.backup_call (id, env, node) VALUES ($1, $2, $3)`,
)

/** Parameters: id. The answers go with it. */
export const deleteCall = statement('backup_delete_call', 'DELETE FROM dm.backup_call WHERE id = $1')

/** Parameters: id. */
export const takeCall = statement('backup_take_call', 'UPDATE dm.backup_call SET is_taken = true WHERE id = $1')

/** Parameters: id. The answers of a call without their spools. */
export const selectAnswers = statement(
  'backup_select_answers',
  sql`SELECT ${select('BackupAnswer', ['node', 'stoodAt', 'held', 'refusal'])}, ${expressions<{ isSent: boolean }>({
    isSent: 'spool IS NOT NULL',
  })} FROM dm.backup_answer WHERE call_id = $1`,
)

/** Parameters: id, node. */
export const selectSpool = statement(
  'backup_select_spool',
  sql`SELECT ${select('BackupAnswer', ['spool'])} FROM dm.backup_answer WHERE call_id = $1 AND node = $2`,
)

/** Parameters: tier, node. A call of another node that this one has not answered. */
export const selectCall = statement(
  'backup_select_call',
  sql`SELECT ${select('BackupCall', ['id'])} FROM dm.backup_call c
   WHERE env = $1 AND node <> $2 AND ${answered}
     AND NOT EXISTS (SELECT FROM dm.backup_answer a WHERE a.call_id = c.id AND a.node = $2)
   ORDER BY called_at LIMIT 1`,
)

/** Parameters: id. No row when the call was given up. */
export const selectTaken = statement(
  'backup_select_taken',
  sql`SELECT ${select('BackupCall', ['isTaken'])} FROM dm.backup_call WHERE id = $1`,
)

/** The instant of the database. */
export const selectNow = statement(
  'backup_select_now',
  sql`SELECT ${expressions<{ at: Date }>({ at: 'clock_timestamp()' })}`,
)

/** Parameters: id, node, when it stood still, why it can not. Does nothing for a call that was given up. */
export const insertAnswer = statement(
  'backup_insert_answer',
  `INSERT INTO dm.backup_answer (call_id, node, stood_at, refusal) SELECT id, $2, $3::timestamptz, $4 FROM dm.backup_call WHERE id = $1
   ON CONFLICT (call_id, node) DO UPDATE SET refusal = excluded.refusal`,
)

/** Parameters: id, node. */
export const confirmHeld = statement(
  'backup_confirm_held',
  'UPDATE dm.backup_answer SET held = true WHERE call_id = $1 AND node = $2',
)

/** Parameters: id, node, the copy of the spool. */
export const sendSpool = statement(
  'backup_send_spool',
  'UPDATE dm.backup_answer SET spool = $3 WHERE call_id = $1 AND node = $2',
)
