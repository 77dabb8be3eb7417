import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder, runProgram } from '../support/app/program.ts'
import { codesOf, transports } from '../support/http/transports.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

const introspection = { query: '{ __schema { queryType { name } } }' }

test('the environment decides what is trusted, how much callers may ask and whom a proxy speaks for', async () => {
  await using database = await createTestDatabase()
  await using directory = await sharedDirectory('guard')
  await using program = runProgram({
    env: {
      DATA_DIR: directory.path,
      DATABASE_URL: database.url,
      DEMO: 'off',
      WORKERS: '',
      TRUSTED_OPERATIONS: 'only',
      TRUSTED_PROXIES: '127.0.0.1,::1',
      RATE_LIMIT_PER_ADDRESS: '1000',
      PUBLIC_URL: 'https://channels.example',
    },
  })
  const url = await program.serving()
  const manifest = JSON.parse(await readFile(path.join(projectFolder, 'trusted-operations.json'), 'utf8'))
  const [id] = Object.keys(manifest.operations)
  for (const [, ask] of transports) {
    expect(codesOf(await ask(url, { documentId: `sha256:${id}` }))).not.toContain('OPERATION_NOT_ALLOWED')
    expect(codesOf(await ask(url, introspection))).toEqual(['OPERATION_NOT_ALLOWED'])
  }

  const from = (client: string) => ({ 'X-Forwarded-For': client })
  const [, post] = transports[0]!
  const answers: string[] = []
  // A thousand requests, and what is given back while they are made.
  while (!answers.includes('RATE_LIMITED'))
    answers.push(
      ...(await Promise.all(
        Array.from({ length: 100 }, async () => codesOf(await post(url, introspection, from('203.0.113.1')))[0]!),
      )),
    )
  expect(answers.indexOf('RATE_LIMITED')).toBeGreaterThan(900)
  expect(new Set(answers)).toEqual(new Set(['OPERATION_NOT_ALLOWED', 'RATE_LIMITED']))
  expect(codesOf(await post(url, introspection, from('203.0.113.2')))).toEqual(['OPERATION_NOT_ALLOWED'])

  const own = await fetch(`${url}/graphql`, { method: 'OPTIONS', headers: { Origin: 'https://channels.example' } })
  expect(own.headers.get('access-control-allow-origin')).toBe('https://channels.example')
  expect(own.headers.get('strict-transport-security')).toBe('max-age=31536000')
  expect((await fetch(`${url}/graphql`, { headers: { Accept: 'text/html' } })).status).toBe(404)
}, 120_000)
