import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** An encrypted entry as it is stored. */
export type EncryptedRow = { key: string; value: string }

/** Values may have 64 KiB and more: a page is a few megabytes at most. */
const pageSize = 50

const page = statement(
  'configuration_encrypted_page',
  `SELECT key, value FROM public.configuration WHERE is_encrypted AND key > $1 ORDER BY key LIMIT ${pageSize}`,
)

/** All encrypted entries in order of their keys, page by page. */
export async function* encryptedPages(db: Transaction): AsyncGenerator<EncryptedRow[]> {
  for (let last = ''; ; ) {
    const rows = await db.query<EncryptedRow>(page, [last])
    if (rows.length > 0) yield rows
    if (rows.length < pageSize) return
    last = rows.at(-1)!.key
  }
}
