import { afterAll, expect, test } from 'vitest'
import { hardMessages, openArchiveFixture, openMessages, unionOf } from '../support/archive/archive-fixture.ts'
import { killPoints, runExporter } from '../support/archive/archive-process.ts'
import { startS3Server } from '../support/archive/s3-server.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'

const fixture = await openArchiveFixture()
const { store, exporter } = fixture
const messages = hardMessages()
await fixture.insert([...messages, ...openMessages()])
const expected = messages.map(({ id }) => id).sort()
afterAll(() => fixture[Symbol.asyncDispose]())

test('an export to files that is killed at every one of its steps ends in every row once and no stray object', async () => {
  for (const killAt of killPoints) expect(await runExporter({ ...exporter, killAt }), killAt).toBeNull()
  await runExporter(exporter)
  const { ids, strays } = await unionOf(store, await fixture.files())
  expect(ids).toEqual(expected)
  expect(strays).toEqual([])
  const ledger = await fixture.ledger()
  expect(ledger.map(({ manifest }) => manifest.rows).reduce((a, b) => a + b)).toBe(expected.length)
  expect(await runExporter(exporter)).toMatchObject({ windows: 0, rows: 0 })
}, 120_000)

test('an export to a bucket that is killed, and two that run at once, end in the same', async () => {
  await using bucket = await startS3Server()
  await using other = await createTestDatabase()
  const options = { ...exporter, databaseUrl: other.url, s3Url: bucket.url }
  for (const killAt of ['after claim', 'after part', 'before manifest', 'after manifest'] as const)
    expect(await runExporter({ ...options, killAt }), killAt).toBeNull()
  bucket.spoil('truncate')
  await expect(runExporter(options)).rejects.toThrow('bytes after')
  bucket.spoil('status-500', 'cut-after')
  await Promise.all([
    runExporter({ ...options, killAt: 'before finish' }),
    runExporter({ ...options, killAt: 'before finish' }),
  ])
  await Promise.all([
    runExporter({ ...options, killAt: 'within part' }),
    runExporter({ ...options, killAt: 'after claim' }),
  ])
  const both = await Promise.all([runExporter(options), runExporter(options)])
  expect(both.every((result) => result !== null)).toBe(true)
  const { ids, strays } = await unionOf(store, bucket.objects)
  expect(ids).toEqual(expected)
  expect(strays).toEqual([])
}, 120_000)
