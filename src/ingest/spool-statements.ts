/** The waiting rows by table. */
export const selectBacklogs = `
SELECT table_name AS "table", min(first) AS first, max(last) + 1 AS next, sum(length(body)) AS bytes, max(appended_at) AS "newestAt"
FROM chunk GROUP BY table_name`
/** When the first row that waits was appended. */
export const selectOldest = 'SELECT appended_at FROM chunk WHERE table_name = :table ORDER BY first LIMIT 1'
/** Stores rows of one table. */
export const insertChunk = `
INSERT INTO chunk (table_name, first, last, column_list, appended_at, body)
VALUES (:table, :first, :last, :columnList, :at, :body)`
/** When the newest row was appended. */
export const selectNewest = 'SELECT max(appended_at) AS at FROM chunk'
/** Dates back what lies ahead of an instant. */
export const dateBack = 'UPDATE chunk SET appended_at = :at WHERE appended_at > :at'
/** The chunks beyond a row, in order. */
export const selectWaiting = `
SELECT first, last, column_list, length(body) AS bytes
FROM chunk WHERE table_name = :table AND first > :after ORDER BY first`
/** The chunks that hold rows of a range, in order. */
export const selectBodies = `
SELECT first, last, body FROM chunk WHERE table_name = :table AND first <= :last AND last >= :first ORDER BY first`
/** The bytes of the chunks that end with a row or before. */
export const sumFinished = `
SELECT coalesce(sum(length(body)), 0) AS bytes FROM chunk WHERE table_name = :table AND first <= :last AND last <= :last`
/** Removes the chunks that end with a row or before. */
export const deleteFinished = 'DELETE FROM chunk WHERE table_name = :table AND first <= :last AND last <= :last'
/** The first recorded batch beyond a row. */
export const selectFirstBatch = `
SELECT first, last, column_list, token
FROM batch WHERE table_name = :table AND first > :after ORDER BY first LIMIT 1`
/** The first recorded batch of each table. */
export const selectBatchedTables = 'SELECT table_name AS "table", min(first) AS first FROM batch GROUP BY table_name'
/** Records a batch. */
export const insertBatch = `
INSERT INTO batch (table_name, first, last, column_list, token) VALUES (:table, :first, :last, :columnList, :token)`
/** Removes the record of a batch. */
export const deleteBatch =
  'DELETE FROM batch WHERE table_name = :table AND first = :first AND last = :last RETURNING column_list'
/** Keeps a refused row. */
export const insertDeadLetter = `
INSERT INTO dead_letter (table_name, column_list, row, reason, at) VALUES (:table, :columnList, :row, :reason, :at)`
/** Refused rows beyond an id. */
export const selectDeadLetters = `
SELECT id, table_name AS "table", column_list, row, reason, at
FROM dead_letter WHERE id > :after ORDER BY id LIMIT :limit`
/** Forgets refused rows; the ids are a list in JSON. */
export const deleteDeadLetters = 'DELETE FROM dead_letter WHERE id IN (SELECT value FROM json_each(:ids))'
/** How many refused rows there are, and their bytes. */
export const sumDeadLetters =
  'SELECT count(*) AS count, coalesce(sum(octet_length(row) + 1), 0) AS bytes FROM dead_letter'
/** The last row of each table that was settled. */
export const selectSettled = 'SELECT table_name AS "table", last FROM settled'
/** Notes the last row that was settled. */
export const noteSettled = `
INSERT INTO settled (table_name, last) VALUES (:table, :last) ON CONFLICT (table_name) DO UPDATE SET last = excluded.last`
/** Stores so many bytes for nothing. */
export const insertRehearsal = 'INSERT INTO rehearsal (body) VALUES (zeroblob(:bytes))'
/** Writes a copy of the whole file. */
export const copyInto = 'VACUUM INTO :path'
