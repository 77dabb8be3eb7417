import { expect, test } from 'vitest'
import { peopleQueue, peopleStretches } from '../../src/app/replay-people.ts'
import { forgetRows } from '../../src/ingest/forget-rows.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { silentLog } from '../../src/lib/log.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

test('of what is forgotten nothing waits any more, and all else does', async () => {
  await using directory = await temporaryDirectory('forget-rows')
  await using spool = await openSpool({
    directory: directory.path,
    maxBytes: 1024 ** 2,
    log: silentLog,
    clock: Date.now,
  })
  await spool.append(peopleQueue, peopleStretches(0, 7_200_000))
  await spool.append({ table: 'other', columns: ['a'] }, ['[1]'])
  await forgetRows(spool, peopleQueue.table)
  expect(await spool.take(peopleQueue.table)).toBeNull()
  const { first, next } = spool.backlogs().get('other')!
  expect(next - first).toBe(1)
})
