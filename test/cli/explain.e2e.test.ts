import fs from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../support/app/program.ts'
import { adminKey, startTestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

const patience = 180_000
let database: TestDatabase
let directory: AsyncDisposable & { path: string }

const documents = {
  channel: 'query Channel($slug: String!) { channel(slug: $slug) { slug currentSession { title peakViewers } } }',
  session: 'query Session($id: ID!) { streamSession(id: $id) { title } }',
  two: 'query Scores { channels(orderBy: TRUST_SCORE_DESC) { nodes { slug } } } query Journal { statusEvents { nodes { id } } }',
  unknown: '{ nobody }',
  broken: '{ channel(',
}

const fileOf = (name: string) => path.join(directory.path, `${name}.graphql`)

beforeAll(async () => {
  directory = await sharedDirectory('explain')
  for (const [name, text] of Object.entries(documents)) await fs.writeFile(fileOf(name), text)
  database = await createTestDatabase()
  await seed(database.db).fullChannels(3)
})

afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const explain = async (args: readonly string[], env: Record<string, string> = { DATABASE_URL: database.url }) => {
  const data = { DATA_DIR: path.join(directory.path, 'data') }
  await using program = runProgram({ args: ['explain', ...args], env: { ...data, ...env } })
  const { code } = await program.ended
  return { code, out: program.stdout(), err: program.stderr() }
}

describe('an operation is explained', { timeout: patience }, () => {
  test('by the statement that the API sends for it, what is left to resolvers, and the plan for the given values', async () => {
    const variables = { slug: 'channel-1' }
    const sent: string[] = []
    await using api = await startTestApi({ db: database.db })
    await api.services.cursors.known()
    const stop = database.db.onStatement((name) => sent.push(name!))
    await api.ask(documents.channel, variables, adminKey)
    stop()
    const { code, out } = await explain([fileOf('channel'), '--variables', JSON.stringify(variables)])
    expect(code).toBe(0)
    expect(out).toContain(
      `Channel is compiled to the statement ${sent.find((name) => name.startsWith('compiled_'))}:\n`,
    )
    expect(out).toContain('\nSELECT row_to_json(')
    expect(out).toContain('StreamSession.peakViewers is left to its resolver.\n')
    const [, plan] = out.split('with these values:')
    expect(plan).toMatch(/cost=\d/)
    expect(plan).toContain("'channel-1'")
  })

  test('without values by the plan for any of them', async () => {
    for (const name of ['channel', 'session']) {
      const { code, out } = await explain([fileOf(name)])
      expect(code).toBe(0)
      expect(out.split('with any values:')[1]).toMatch(/\$1/)
    }
  })

  test('by the reason where it is executed, each of the file or the named one', async () => {
    const both = await explain([fileOf('two')])
    expect(both.out).toContain('Scores is executed (arguments): Trust scores are in the other database.\n')
    expect(both.out).toContain('Journal is compiled to the statement compiled_')
    const one = await explain([fileOf('two'), '--operation', 'Journal'])
    expect(one.out).not.toContain('Scores')
    const refused = await explain([fileOf('channel'), '--variables', '{"slug":"no slug"}'])
    expect(refused.out).toMatch(/^Channel is executed \(input\): An argument is refused: slug must be /)
  })
})

test('beside a running program its own Postgres is asked', { timeout: patience }, async () => {
  const env = { DATA_DIR: path.join(directory.path, 'running'), DEMO: 'off' }
  await using program = runProgram({ env })
  await program.serving()
  const { code, out } = await explain([fileOf('two')], env)
  expect(code).toBe(0)
  expect(out).toContain('with any values:')
  program.kill('SIGTERM')
  await program.ended
})

describe('one sentence refuses', { timeout: patience }, () => {
  test.each([
    [1, 'a file that is not there', () => ['missing.graphql'], /^missing\.graphql can not be read \(ENOENT\)\.\n$/],
    [1, 'what is no document', () => [fileOf('broken')], /is no GraphQL document: Syntax Error: .+\n$/],
    [
      1,
      'what the schema does not have',
      () => [fileOf('unknown')],
      /does not fit the schema: Cannot query field .+\n$/,
    ],
    [2, 'an operation that is not there', () => [fileOf('two'), '--operation', 'x'], /^--operation names no operation/],
    [2, 'variables that are no JSON', () => [fileOf('two'), '--variables', '{'], /^--variables must be a JSON object/],
    [2, 'variables of a wrong type', () => [fileOf('channel'), '--variables', '{"slug":1}'], /^--variables: Variable/],
    [2, 'no file', () => [], /^explain needs <file>\.\n$/],
  ])('with %d %s', async (code, _, args, sentence) => {
    const ended = await explain(args())
    expect(ended).toEqual({ code, out: '', err: expect.stringMatching(sentence) })
    expect(ended.err.trim().split('\n')).toHaveLength(1)
  })

  test('the plan, where no Postgres runs, and tells the statement all the same', async () => {
    const { code, out, err } = await explain([fileOf('channel')], {})
    expect(code).toBe(1)
    expect(out).toContain('Channel is compiled to the statement compiled_')
    expect(err).toBe('Postgres does not run, so its plan is not told: start the program, or set DATABASE_URL.\n')
  })
})
