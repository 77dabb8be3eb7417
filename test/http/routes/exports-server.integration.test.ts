import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { channelIdentity as identityOf } from '../../../src/channels/channel-lookup.ts'
import type { ExportFormat } from '../../../src/exports/export-format.ts'
import { exportKinds, runExport } from '../../../src/exports/run-export.ts'
import { type ClickHouse, openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { insertProbes } from '../../support/stores/clickhouse.ts'
import { startClickHouseHttp } from '../../support/stores/clickhouse-http.ts'
import { migrateTestClickHouse } from '../../support/stores/migrate-clickhouse.ts'
import { createTestDatabase } from '../../support/stores/postgres.ts'
import { seed } from '../../support/stores/seed.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'
import { insertSaid } from '../../support/telemetry/chat-rows.ts'
import { insertFollows } from '../../support/telemetry/follow-rows.ts'

const start = Date.UTC(2026, 10, 1)
const range = { from: new Date(start), to: new Date(start + 86_400_000) }
const formats: readonly ExportFormat[] = ['csv', 'ndjson', 'parquet']
const titles = ['plain', 'say "hi", ’tis', 'tab\tand \\N and \\', 'two\r\nlines', '', null, '😀 {x:String}']

test('a server makes the same files as the embedded engine, byte for byte', { timeout: 120_000 }, async () => {
  await using directory = await temporaryDirectory('exports')
  await using database = await createTestDatabase()
  const { db } = database
  const rows = seed(db)
  const id = await rows.channel()
  const channel = (await identityOf(db, id))!
  for (const [n, title] of titles.entries())
    await rows.session(id, new Date(start + n * 60_000), new Date(start + n * 60_000 + 1), title)
  await insertFollows(db, id, [start, start + 1, start + 1])
  await rows.event(id, new Date(start + 5))
  await rows.slugPeriod(id, 'a', new Date(start), new Date(start + 10))
  await rows.slugPeriod(id, 'b', new Date(start + 10), null)

  const exported = async (clickHouse: ClickHouse) => {
    const hashes: Record<string, string> = {}
    for (const kind of exportKinds)
      for (const format of formats) {
        const pieces: Buffer[] = []
        let count = 0
        const stores = { db, clickHouse, env: 'test' }
        const signal = AbortSignal.timeout(60_000)
        for await (const piece of runExport(kind, stores, { channel, range, format, forOperator: false }, signal)) {
          pieces.push(piece.bytes)
          count += piece.rows
        }
        hashes[`${kind}.${format}`] = `${count} rows, ${hash('sha256', Buffer.concat(pieces))}`
      }
    return hashes
  }

  const embedded = await openClickHouse({ directory: directory.path })
  await migrateTestClickHouse(embedded)
  await insertSaid(
    embedded,
    titles.map((text, n) => ({ channel: id, at: start / 1000 + n, text: text ?? 'nothing' })),
  )
  await insertProbes(embedded, [
    { channel: channel.platformUserId, at: start / 1000, startedAt: start / 1000, viewers: 5 },
  ])
  const first = await exported(embedded)
  await embedded[Symbol.asyncDispose]()
  expect(Object.values(first).map((text) => text.split(' ')[0])).toEqual(
    [1, 7, 7, 3, 1, 1, 1].flatMap((count) => [count, count, count].map(String)),
  )

  await using http = await startClickHouseHttp(directory.path)
  await using server = await openClickHouse({ url: http.url })
  expect(await exported(server)).toEqual(first)
})
