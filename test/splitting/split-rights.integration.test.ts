import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { readSplitState } from '../../src/splitting/split-state.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { runSplit } from '../support/stores/split-move.ts'

/** A login that may connect, and nothing else. */
const createLogin = async ({ pool }: Postgres) => {
  const name = `split_${randomUUID().replaceAll('-', '')}`
  await pool.query(`CREATE ROLE ${name} LOGIN PASSWORD 'of-this-test'`)
  const urlOf = ({ url }: TestDatabase) =>
    Object.assign(new URL(url), { username: name, password: 'of-this-test' }).href
  return { name, urlOf, [Symbol.asyncDispose]: async () => void (await pool.query(`DROP ROLE ${name}`)) }
}

const sql = ({ db }: TestDatabase, text: string) => db.pool.query(text)

test('a login of the new place that lacks a right is refused before anything is begun', async () => {
  await using from = await createTestDatabase()
  await using login = await createLogin(from.db)
  const env = { DATABASE_URL: from.url }
  {
    await using to = await createTestDatabase({ of: 'template0' })
    const url = login.urlOf(to)
    const lacking = `its login ${login.name} may not create schemas at 127.0.0.1:`
    for (const command of ['plan', 'copy'])
      await expect(runSplit(command, { to: url }, env)).rejects.toThrow(`--to can not be used: ${lacking}`)
    await expect(runSplit('plan', {}, { ...env, DM_DATABASE_URL: url })).rejects.toThrow(
      `DM_DATABASE_URL can not be used: ${lacking}`,
    )
    await sql(to, `GRANT CREATE ON DATABASE ${new URL(to.url).pathname.slice(1)} TO ${login.name}`)
    await sql(to, 'CREATE SCHEMA dm')
    const closed = () =>
      expect(runSplit('copy', { to: url }, env)).rejects.toThrow(
        `its login ${login.name} may not create tables in the schema dm at`,
      )
    await closed()
    await sql(to, `GRANT USAGE ON SCHEMA dm TO ${login.name}`)
    await closed()
    await sql(to, 'DROP SCHEMA dm')
    expect(await readSplitState(from.db)).toEqual({ role: 'none' })
    // It needs no other right.
    expect((await runSplit('copy', { to: url }, env)).done).toBe(true)
    expect((await runSplit('cut-over', { to: url }, env)).done).toBe(true)
  }
})

test('a login of the old place that lacks a right is refused before anything is begun', async () => {
  await using from = await createTestDatabase()
  await using to = await createTestDatabase({ of: 'template0' })
  await using login = await createLogin(from.db)
  const env = { DATABASE_URL: login.urlOf(from) }
  const refused = (lack: string) =>
    expect(runSplit('copy', { to: to.url }, env)).rejects.toThrow(
      `DATABASE_URL can not be used: its login ${login.name} ${lack} at 127.0.0.1:`,
    )
  try {
    await sql(from, `GRANT USAGE ON SCHEMA dm, dm_jobs TO ${login.name}`)
    await sql(from, `GRANT SELECT ON ALL TABLES IN SCHEMA dm TO ${login.name}`)
    await refused('may not create schemas')
    await sql(from, `GRANT CREATE ON DATABASE ${new URL(from.url).pathname.slice(1)} TO ${login.name}`)
    await refused('does not own dm._prisma_migrations')
    expect(await readSplitState(from.db)).toEqual({ role: 'none' })
  } finally {
    await sql(from, `DROP OWNED BY ${login.name}`)
  }
})
