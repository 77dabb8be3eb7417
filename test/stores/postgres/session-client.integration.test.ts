import { expect, test } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../../../src/stores/postgres/statement.ts'
import { startFaultProxy } from '../../support/lib/fault-proxy.ts'
import { createTestDatabase } from '../../support/stores/postgres.ts'

const one = statement('test_one', 'SELECT 1 AS one')

test('a connection that is lost while its session is made ready fails one statement and no process', async () => {
  await using database = await createTestDatabase()
  const url = new URL(database.url)
  await using proxy = await startFaultProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  await using db = openPostgres({ url: url.href, log: silentLog })
  await proxy.set('lose-answer', 'SET TimeZone')
  await expect(db.query(one)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await db.query(one)).toEqual([{ one: 1 }])
})
