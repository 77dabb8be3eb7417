import path from 'node:path'
import { expect, test } from 'vitest'
import { mergeSpools } from '../../src/ingest/merge-spools.ts'
import { openSpool, type Spool } from '../../src/ingest/spool.ts'
import { silentLog } from '../../src/lib/log.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const open = (directory: string): Promise<Spool> =>
  openSpool({ directory, maxBytes: 1e8, log: silentLog, clock: Date.now })

/** Takes every row of a table out, in order, with its columns. */
const rowsOf = async (spool: Spool, table: string): Promise<string[]> => {
  const rows: string[] = []
  for (;;) {
    const batch = await spool.take(table)
    if (batch === null) return rows
    const lines = Buffer.from(batch.body).toString().trim().split('\n')
    rows.push(...lines.map((line) => `${batch.columns.join()} ${line}`))
    await spool.settle(batch)
  }
}

const wide = { table: 't', columns: ['a', 'b'] }
const narrow = { table: 't', columns: ['a'] }
const other = { table: 'u', columns: ['a'] }

test('rows that wait in another spool come behind its own, each once, also where a batch was split, and dead letters are tried again', async () => {
  await using directory = await temporaryDirectory('merge-spools')
  const [into, from] = [path.join(directory.path, 'into'), path.join(directory.path, 'from')]
  {
    await using target = await open(into)
    await target.append(wide, ['[1,1]', '[2,2]'])
    await using source = await open(from)
    await source.append(wide, ['[3,3]', '[4,4]', '[5,5]', '[6,6]'])
    await source.append(narrow, ['[7]'])
    await source.append(other, ['[1]', '["bad"]'])
    // Of the first batch a half is stored: it must not come again.
    const batch = (await source.take('t'))!
    await source.split(batch)
    await source.settle((await source.take('t'))!)
    const pair = (await source.take('u'))!
    await source.split(pair)
    await source.settle((await source.take('u'))!)
    await source.bury((await source.take('u'))!, 'not a number')
  }
  mergeSpools(into, from, Date.now())
  await using merged = await open(into)
  expect(merged.losses).toEqual([])
  expect(await rowsOf(merged, 't')).toEqual(['a,b [1,1]', 'a,b [2,2]', 'a,b [5,5]', 'a,b [6,6]', 'a [7]'])
  expect(await rowsOf(merged, 'u')).toEqual(['a ["bad"]'])
  expect(merged.stats()).toMatchObject({ bytes: 0, deadLetters: 0 })
})

test('a spool that holds nothing adds nothing', async () => {
  await using directory = await temporaryDirectory('merge-nothing')
  const [into, from] = [path.join(directory.path, 'into'), path.join(directory.path, 'from')]
  {
    await using target = await open(into)
    await target.append(narrow, ['[1]'])
    await using _ = await open(from)
  }
  mergeSpools(into, from, Date.now())
  await using merged = await open(into)
  expect(await rowsOf(merged, 't')).toEqual(['a [1]'])
})
