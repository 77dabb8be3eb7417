import { expect, test } from 'vitest'
import { findMissing } from '../support/legacy/find-missing.ts'
import { makeLegacyTables, onConnection } from '../support/legacy/legacy-database.ts'
import { oldKinds } from '../support/legacy/old-statements.ts'
import { startOldWriters } from '../support/legacy/old-writers.ts'
import { eventually } from '../support/lib/eventually.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'

test('the old writers write with every kind of statement, and know what is there afterwards', async () => {
  await using database = await createTestDatabase({ of: 'template0' })
  await makeLegacyTables(database.url)
  await using writers = await startOldWriters({ url: database.url, perSecond: 1_000 })
  await eventually('enough is written', () => writers.statements() > 1_500)
  const { failures, latencies, facts } = await writers.stop()
  expect(failures).toEqual([])
  expect(latencies.map(({ kind }) => kind).sort()).toEqual(oldKinds.toSorted())
  await onConnection(database.url, async (client) => {
    expect(await findMissing(client, facts, 'legacy')).toEqual([])
    await client.query(
      `DELETE FROM public.kick_streamer_probe WHERE id = (SELECT min(id) FROM public.kick_streamer_probe)`,
    )
    await client.query(
      `UPDATE public.kick_chat_messages SET content = 'other' WHERE id = (SELECT max(id) FROM public.kick_chat_messages)`,
    )
    expect(await findMissing(client, facts, 'legacy')).toEqual([
      expect.stringMatching(/^probes 8\d+ /),
      expect.stringMatching(/^chat chat-/),
    ])
  })
})
