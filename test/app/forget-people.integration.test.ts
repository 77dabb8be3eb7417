import { expect, test } from 'vitest'
import { forgetPeople, peopleQueue, peopleStretches } from '../../src/app/replay-people.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { silentLog } from '../../src/lib/log.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

test('without the simulated platform nothing waits to be told of its people, and all else does', async () => {
  await using directory = await temporaryDirectory('forget-people')
  await using spool = await openSpool({
    directory: directory.path,
    maxBytes: 1024 ** 2,
    log: silentLog,
    clock: Date.now,
  })
  await spool.append(peopleQueue, peopleStretches(0, 7_200_000))
  await spool.append({ table: 'other', columns: ['a'] }, ['[1]'])
  await forgetPeople(spool)
  expect(await spool.take(peopleQueue.table)).toBeNull()
  const { first, next } = spool.backlogs().get('other')!
  expect(next - first).toBe(1)
})
