import type { ModelRows } from '../../prisma/generated/models.ts'
import { select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** An encrypted entry as it is stored. */
export type EncryptedRow = Pick<ModelRows['Configuration'], 'key' | 'value'>

/** Values may have 64 KiB and more: a page is a few megabytes at most. */
const pageSize = 50

const page = statement(
  'configuration_encrypted_page',
  sql`SELECT ${select('Configuration', ['key', 'value'])} FROM public.configuration WHERE is_encrypted AND key > $1 ORDER BY key LIMIT ${pageSize}`,
)

/** All encrypted entries in order of their keys, page by page. */
export async function* encryptedPages(db: Transaction): AsyncGenerator<EncryptedRow[]> {
  for (let last = ''; ; ) {
    const rows = await db.query(page, [last])
    if (rows.length > 0) yield rows
    if (rows.length < pageSize) return
    last = rows.at(-1)!.key
  }
}
