import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/schema.ts'
import type { Statement } from '../../src/stores/postgres/statement.ts'
import { type AuditedCall, type AuditedWorld, auditedCalls } from '../support/access/audited-calls.ts'
import { insertArchivedHour } from '../support/archive/archived-hour.ts'
import { type Answer, adminKey, operatorKey } from '../support/http/api.ts'
import { startWholeApi, type WholeApi } from '../support/http/whole-api.ts'
import { eventually } from '../support/lib/eventually.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'
import { tableRows } from '../support/stores/table-rows.ts'

const callers = {
  OPERATOR: { key: operatorKey, subject: 'bootstrap:operator', name: 'operator key' },
  ADMIN: { key: adminKey, subject: 'bootstrap:admin', name: 'admin key' },
}

let whole: WholeApi

beforeAll(async () => {
  whole = await startWholeApi()
})
afterAll(() => whole[Symbol.asyncDispose]())

const ask = async (query: string, variables: object, key?: string) => {
  const response = await fetch(`${whole.api.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key && { Authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
  })
  return { answer: (await response.json()) as Answer, requestId: response.headers.get('x-request-id') }
}

type Row = { id: string; side: string; [column: string]: unknown }

const readRows = statement(
  'test_audit_rows',
  `SELECT 'dm' AS side, a.* FROM dm.audit_log a UNION ALL SELECT 'public', a.* FROM public.audit_log a ORDER BY id`,
)
const auditRows = () => whole.db.query<Row>(readRows)

let handles = 0

const newWorld = async (): Promise<AuditedWorld> => {
  const channelId = await seed(whole.db).channel()
  return {
    channelId,
    handle: `handle-${++handles}`,
    messageId: await whole.deliver(),
    archiveId: await insertArchivedHour(whole.db, handles * 3_600_000),
    async prepare(query, variables = {}) {
      const { data, errors } = (await ask(query, variables, adminKey)).answer
      expect(errors).toBeUndefined()
      return data.result
    },
  }
}

const success = (answer: Answer): string => {
  expect(answer.errors).toBeUndefined()
  return answer.data.result.__typename
}

const mutationNames = Object.keys(buildSchema().getMutationType()!.getFields())

test('every mutation has a call here, and nothing else does', () => {
  expect(Object.keys(auditedCalls).sort()).toEqual(mutationNames.sort())
})

/** What the audited call has added to the log by now. */
const rowsSince = async (before: readonly Row[]): Promise<Row[]> => {
  const known = new Set(before.map(({ id }) => id))
  return (await auditRows()).filter(({ id }) => !known.has(id))
}

const calls: [string, AuditedCall][] = Object.entries(auditedCalls)

describe.each(calls)('%s', (_, { side, role, action, query, variables, idempotent, secrets, queued }) => {
  test('leaves exactly one row that names the caller, and none where it changes nothing', async () => {
    const given = await variables(await newWorld())
    const before = await auditRows()
    const { key, subject, name } = callers[role]
    const { answer, requestId } = await ask(query, given, key)
    expect(success(answer)).toMatch(/Success$/)
    const rows = await rowsSince(before)
    expect(rows).toMatchObject([{ side, role, subject, name, action, request_id: requestId }])
    expect(rows[0]!.target).toMatch(/^[a-z-]+:.+/)
    expect(rows[0]!.before ?? rows[0]!.after).not.toBeNull()
    for (const secret of secrets?.(answer.data.result, given) ?? []) {
      expect(secret.length).toBeGreaterThan(8)
      expect(JSON.stringify(rows)).not.toContain(secret)
    }
    if (!idempotent) return
    await ask(query, given, key)
    expect(await rowsSince(before)).toHaveLength(1)
  })

  if (idempotent)
    test('leaves one row when it is called many times at once', async () => {
      const given = await variables(await newWorld())
      const before = await auditRows()
      await Promise.all(Array.from({ length: 6 }, () => ask(query, given, callers[role].key)))
      expect(await rowsSince(before)).toMatchObject([{ side, action }])
    })

  test('leaves none for a caller who may not', async () => {
    const given = await variables(await newWorld())
    const before = await auditRows()
    for (const key of role === 'ADMIN' ? [undefined, operatorKey] : [undefined])
      expect((await ask(query, given, key)).answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect(await rowsSince(before)).toEqual([])
  })

  test('leaves neither its row nor its change where the transaction fails', async () => {
    const world = await newWorld()
    const given = await variables(world)
    const before = await auditRows()
    const stored = [await tableRows(whole.db, 'dm'), await tableRows(whole.db, 'public')]
    await withFailingCommits(async () => {
      const { answer } = await ask(query, given, callers[role].key)
      expect(answer.errors?.[0]?.extensions.code).toBe(queued ? 'UNAVAILABLE' : 'INTERNAL_SERVER_ERROR')
      expect(await rowsSince(before)).toEqual([])
      expect([await tableRows(whole.db, 'dm'), await tableRows(whole.db, 'public')]).toEqual(stored)
    })
    if (!queued) return
    await eventually('what is queued is projected', async () => (await rowsSince(before)).length > 0)
    expect(await rowsSince(before)).toMatchObject([{ side, action }])
  })
})

const failing: Statement[] = [
  `CREATE FUNCTION test_fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the test lets this fail'; END $$`,
  ...['dm', 'public'].map(
    (side) =>
      `CREATE CONSTRAINT TRIGGER test_fail AFTER INSERT ON ${side}.audit_log DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION test_fail()`,
  ),
].map((text, index) => statement(`test_failing_${index}`, text))
const healing = statement('test_healing', 'DROP FUNCTION test_fail CASCADE')

/** While it runs every transaction that has written to an audit log fails at its very end. */
const withFailingCommits = async (work: () => Promise<void>): Promise<void> => {
  for (const one of failing) await whole.db.query(one)
  try {
    await work()
  } finally {
    await whole.db.query(healing)
  }
}
