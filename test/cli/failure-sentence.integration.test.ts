import { expect, test } from 'vitest'
import { failureSentence } from '../../src/cli/failure-sentence.ts'
import { unavailable } from '../../src/lib/errors.ts'
import { silentLog } from '../../src/lib/log.ts'
import { appliedMigrations } from '../../src/stores/clickhouse/migrate.ts'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { keepsSession } from '../../src/stores/postgres/keeps-session.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { runProgram } from '../support/app/program.ts'
import { outcomeOf } from '../support/legacy/adopting.ts'
import { createEmptyDatabase } from '../support/stores/postgres.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

const nobody = 'postgresql://u:canary@127.0.0.1:4/db'
const other = 'postgresql://u:canary@127.0.0.1:5/dm'

const sentenceOf = async (work: () => Promise<unknown>, env: Record<string, string>): Promise<string | undefined> => {
  try {
    await work()
  } catch (error) {
    return failureSentence(error, env)
  }
  throw new Error('It did not fail.')
}

const ask = async (url: string, text: string) => {
  await using db = openPostgres({ url, log: silentLog, max: 1 })
  return await db.query({ name: '', text })
}

test('a database that does not answer is named by its variable, whoever asked it', async () => {
  const env = { DATABASE_URL: nobody, DM_DATABASE_URL: other }
  const sentence = (variable: string) => `${variable} can not be used: it does not answer.`
  expect(await sentenceOf(() => ask(nobody, 'SELECT 1'), env)).toBe(sentence('DATABASE_URL'))
  expect(await sentenceOf(() => ask(other, 'SELECT 1'), env)).toBe(sentence('DM_DATABASE_URL'))
  expect(await sentenceOf(() => keepsSession(other), env)).toBe(sentence('DM_DATABASE_URL'))
  expect(await sentenceOf(() => ask(other, 'SELECT 1'), { DATABASE_URL: nobody })).toBe(sentence('127.0.0.1:5/dm'))
})

test('what a login may not do is said as the server says it', async () => {
  await using database = await createEmptyDatabase()
  const { url } = database
  const work = () => ask(url, 'SET SESSION AUTHORIZATION pg_monitor; CREATE SCHEMA mine')
  expect(await sentenceOf(work, { DATABASE_URL: url })).toMatch(
    /^DATABASE_URL can not be used: the login lacks a right \(permission denied for database \S+\)\.$/,
  )
})

test('work that was told to stop has no stack', () => {
  expect(failureSentence(AbortSignal.abort().reason, {})).toBe('Stopped before it had ended.')
})

test('a ClickHouse that does not answer is named, and neither a bucket nor a fault of ours is taken for a database', async () => {
  const env = { DATABASE_URL: nobody, CLICKHOUSE_URL: 'http://u:canary@127.0.0.1:4' }
  const history = async () => {
    await using store = await openClickHouse({ url: env.CLICKHOUSE_URL })
    return await appliedMigrations(store)
  }
  expect(await sentenceOf(history, env)).toBe('CLICKHOUSE_URL can not be used: it does not answer.')
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  expect(failureSentence(unavailable('The bucket does not answer now.', refused), env)).toBe(
    'The bucket does not answer now.',
  )
  expect(failureSentence(refused, env)).toBeUndefined()
})

test('commands of the program end with 1 and that sentence', { timeout: 180_000 }, async () => {
  await using directory = await sharedDirectory('failure-sentence')
  const env = { DATABASE_URL: nobody, DATA_DIR: directory.path, DEMO: 'off' }
  const ended = { code: 1, stdout: '', stderr: 'DATABASE_URL can not be used: it does not answer.\n' }
  for (const args of [
    ['adopt', 'plan'],
    ['adopt', 'status'],
    ['migrate', '--check'],
  ]) {
    await using program = runProgram({ args, env })
    expect({ args, ...(await outcomeOf(program)) }).toEqual({ args, ...ended })
  }
})
