import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Action, newActionId, recordAction, type Side } from '../../src/audit/record-action.ts'
import { answerBy } from '../../src/commands/answer.ts'
import { parseCommandLine } from '../../src/commands/parse-command-line.ts'
import { recordCommand } from '../../src/commands/record-command.ts'
import type { CommandServices } from '../../src/commands/store-command.ts'
import { storeCommands } from '../../src/commands/store-commands.ts'
import { UsageError } from '../../src/lib/errors.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import type { Job } from '../../src/workers/jobs/job-runner.ts'
import { type Answer, adminKey, operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { truncate } from '../support/stores/truncate.ts'

let dm: TestDatabase
let environment: TestDatabase
let api: TestApi

const clear = (db: Postgres) => truncate(db, 'dm.audit_log, public.audit_log')

beforeAll(async () => {
  dm = await createTestDatabase()
  environment = await createTestDatabase()
  api = await startTestApi({
    db: dm.db,
    services: { databases: { dm: sidesOf(dm.db).dm, public: sidesOf(environment.db).public } },
  })
  await api.services.cursors.known()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await dm[Symbol.asyncDispose]()
  await environment[Symbol.asyncDispose]()
})
beforeEach(async () => {
  for (const { db } of [dm, environment]) await clear(db)
})

const record = async (side: Side, action: Partial<Action> = {}, subject: string | null = 'key:1'): Promise<string> => {
  const { db } = side === 'dm' ? dm : environment
  const id = action.id ?? newActionId()
  const identity = { role: 'OPERATOR', name: 'somebody', subject }
  await db.transaction((tx) =>
    recordAction(tx, side, { identity, requestId: 'request' }, { action: 'a.b', target: 'c:1', ...action, id }),
  )
  return id
}

const fields = `nodes { id side recordedAt subject name role action target before after requestId }
  edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor }`

const read = async (args: string): Promise<Answer['data']> => {
  const { data, errors } = await api.ask(`{ auditLog(${args}) { ${fields} } }`, {}, adminKey)
  expect(errors).toBeUndefined()
  return data.auditLog
}
const idsOf = async (args: string): Promise<string[]> => (await read(args)).nodes.map(({ id }: { id: string }) => id)

describe('the audit log', () => {
  test('tells who did what to what, as it was and as it is', async () => {
    const id = await record('public', { before: { verified: false }, after: { verified: true, streamerId: 7 } })
    expect((await read('first: 5')).nodes).toEqual([
      {
        id,
        side: 'PUBLIC',
        recordedAt: expect.stringMatching(/^20\d\d-.*Z$/),
        subject: 'key:1',
        name: 'somebody',
        role: 'OPERATOR',
        action: 'a.b',
        target: 'c:1',
        before: { verified: false },
        after: { verified: true, streamerId: 7 },
        requestId: 'request',
      },
    ])
  })

  test('is one list of both sides, newest first, whatever the page size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Side>('dm', 'public'), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (sides, first) => {
          for (const { db } of [dm, environment]) await clear(db)
          const expected: string[] = []
          for (const side of sides) expected.unshift(await record(side))
          const seen: string[] = []
          let after: string | null = null
          for (;;) {
            const page: Answer['data'] = await read(`first: ${first}${after === null ? '' : `, after: "${after}"`}`)
            seen.push(...page.nodes.map(({ id }: { id: string }) => id))
            expect(page.pageInfo.hasPreviousPage).toBe(after !== null)
            expect(page.nodes.length).toBeLessThanOrEqual(first)
            if (!page.pageInfo.hasNextPage) break
            after = page.pageInfo.endCursor
          }
          expect(seen).toEqual(expected)
        },
      ),
      { numRuns: 20 },
    )
  })

  test('is filtered by side, subject, action and target, alone and together', async () => {
    const one = await record('dm', { action: 'channel.track', target: 'channel:1' })
    const two = await record('public', { action: 'claim.verify', target: 'channel:1' }, 'kick:9')
    const three = await record('public', { action: 'claim.verify', target: 'channel:2' }, null)
    expect(await idsOf('side: DM')).toEqual([one])
    expect(await idsOf('side: PUBLIC')).toEqual([three, two])
    expect(await idsOf('target: "channel:1"')).toEqual([two, one])
    expect(await idsOf('action: "claim.verify"')).toEqual([three, two])
    expect(await idsOf('subject: "kick:9"')).toEqual([two])
    expect(await idsOf('action: "claim.verify", target: "channel:1", subject: "kick:9", side: PUBLIC')).toEqual([two])
    expect(await idsOf(`action: "' OR 1=1 --"`)).toEqual([])
  })

  test('costs one statement for each side that is asked', async () => {
    const counts = [dm, environment].map(({ db }) => db.stats().statements)
    await idsOf('first: 100')
    await idsOf('first: 100, side: PUBLIC, action: "a.b"')
    expect([dm, environment].map(({ db }, index) => db.stats().statements - counts[index]!)).toEqual([1, 2])
  })

  test('never scans: each filter has an index, also for entries that are rare', async () => {
    const { db } = environment
    const fill = `INSERT INTO public.audit_log (id, subject, role, action, target, request_id)
      SELECT '01' || lpad(i::text, 24, '0'), 'key:' || i % 7, 'ADMIN', 'a.b', 'c:' || i, 'r' FROM generate_series(1, 20000) i`
    await db.query(statement('test_fill', fill))
    await db.query(statement('test_analyze', 'ANALYZE public.audit_log'))
    for (const column of ['subject', 'action', 'target']) {
      const text = `EXPLAIN SELECT * FROM public.audit_log WHERE ${column} = 'rare' AND id < 'Z' ORDER BY id DESC LIMIT 21`
      const plan = await db.query<{ 'QUERY PLAN': string }>(statement(`test_explain_${column}`, text))
      expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain(`idx_public_audit_${column}`)
    }
  })

  test.each([
    ['first: -1', 'first must be from 0 to 100.'],
    ['first: 101', 'first must be from 0 to 100.'],
    ['after: "nonsense"', 'The cursor is not valid for this list.'],
    ['action: ""', 'action must be 1 to 200 characters, without NUL.'],
    ['target: "a\\u0000"', 'target must be 1 to 200 characters, without NUL.'],
    [`subject: "${'x'.repeat(201)}"`, 'subject must be 1 to 200 characters, without NUL.'],
  ])('refuses %s', async (args, message) => {
    const { errors } = await api.ask(`{ auditLog(${args}) { nodes { id } } }`, {}, adminKey)
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }])
  })

  test('refuses the cursor of another list', async () => {
    const foreign = (await api.services.cursors.known()).encode('streamers', ['', '1'])
    const { errors } = await api.ask(
      'query ($after: String) { auditLog(after: $after) { nodes { id } } }',
      { after: foreign },
      adminKey,
    )
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  test('is for admins', async () => {
    for (const key of [undefined, operatorKey])
      expect((await api.ask('{ auditLog { nodes { id } } }', {}, key)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })
})

describe('recording', () => {
  test('the same action twice writes it once', async () => {
    const id = newActionId()
    await record('dm', { id, after: { n: 1 } })
    await record('dm', { id, after: { n: 2 } })
    expect((await read('first: 5')).nodes).toMatchObject([{ id, after: { n: 1 } }])
  })

  test('is undone with the transaction that it is a part of', async () => {
    const author = { identity: { role: 'ADMIN', name: null, subject: null }, requestId: 'r' }
    const failing = dm.db.transaction(async (tx) => {
      await recordAction(tx, 'dm', author, { action: 'a.b', target: 'c:1' })
      await tx.query(statement('test_fails', 'SELECT 1 / 0'))
    })
    await expect(failing).rejects.toThrow('division by zero')
    expect(await idsOf('first: 5')).toEqual([])
  })

  test('gives ids in the order of the calls', () => {
    const ids = Array.from({ length: 10_000 }, newActionId)
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('a command', () => {
  const author = { identity: { role: 'ADMIN', name: 'admin key', subject: 'bootstrap:admin' }, requestId: 'r-1' }

  /** The calls that a command records before its first change, without carrying the change out. */
  const recorded = async (...words: string[]): Promise<number> => {
    let records = 0
    const services = {
      env: 'test',
      db: dm.db,
      publicDb: dm.db,
      environment: { name: 'test' },
      objects: { place: 'nowhere' },
      jobs: [{ name: 'chat-export', cron: '', description: '' } as Job],
      runJob: async () => ({ ok: true, text: 'done' }),
    } as unknown as CommandServices
    const { command, given } = parseCommandLine(storeCommands, words)
    const { signal } = new AbortController()
    const record = async () => void records++
    await command.run(given, { services, ...answerBy(() => undefined, false), signal, author, record })
    return records
  }

  test.each([
    ['job chat-export', 1],
    ['job --list', 0],
    ['archive list', 0],
    ['archive verify --from 2026-01-01', 0],
    ['archive restore --from 2026-01-01 --to 2026-01-02', 1],
  ] as const)('%s is recorded %i times: where it may change something', async (line, expected) => {
    expect(await recorded(...line.split(' '))).toBe(expected)
  })

  test.each(['job', 'job nope', 'job chat-export more', 'archive', 'archive drop', 'archive restore'])(
    'that is called wrongly is refused before it is recorded: %s',
    async (line) => {
      await expect(recorded(...line.split(' '))).rejects.toThrow(UsageError)
    },
  )

  test('is recorded with its arguments and whoever gave it', async () => {
    const args = ['restore', '--from', '2026-01-01', '--to', '2026-01-02']
    await recordCommand(dm.db, author, 'archive', args)
    expect((await read('first: 5')).nodes).toMatchObject([
      {
        side: 'DM',
        subject: 'bootstrap:admin',
        action: 'command.archive',
        target: 'restore',
        after: { args },
        requestId: 'r-1',
      },
    ])
  })
})
