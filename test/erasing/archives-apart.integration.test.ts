import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { startErasing } from '../../src/erasing/erasing.ts'
import { chatFormat } from '../../src/stores/clickhouse/tables/kick-chat-message.ts'
import { openFileObjects } from '../../src/stores/objects/file-objects.ts'
import { filesBelow } from '../support/archive/archive-fixture.ts'
import {
  arrivedColumns,
  author,
  chatRow,
  insertRows,
  marksInFiles,
  openErasingFixture,
  person,
} from '../support/erasing/erasing-fixture.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'
import { subscribedChannel } from '../support/webhooks/projector-fixture.ts'

test('nodes that each have some of the archives erase them together', async () => {
  await using fixture = await openErasingFixture()
  await using elsewhere = await temporaryDirectory('erasing-elsewhere')
  const { db, store, directory } = fixture
  const channel = Number(await subscribedChannel(db, 501))
  const now = Date.now()
  for (const hoursAgo of [6, 5, 4, 3]) {
    const at = new Date(now - hoursAgo * 3_600_000)
    const by = person.platformUserId
    const of = { channel, name: 'Canary_Name', words: 'canary words', sentAt: at, arrivedAt: at }
    const rows = [
      chatRow({ ...of, id: `m-${hoursAgo}`, by }),
      chatRow({ ...of, id: `n-${hoursAgo}`, by: '9', name: 'B', words: 'b' }),
    ]
    await insertRows(store, chatFormat, rows, arrivedColumns)
  }
  await fixture.archive()
  // Without a bucket an archive is on the disk of the node that wrote it.
  const here = path.join(directory, 'objects')
  const parts = [...(await filesBelow(here)).keys()].filter((name) => name.endsWith('.parquet')).sort()
  expect(parts.length).toBeGreaterThan(2)
  for (const [n, name] of parts.entries()) {
    if (n % 2 === 0) continue
    await fs.mkdir(path.dirname(path.join(elsewhere.path, name)), { recursive: true })
    await fs.rename(path.join(here, name), path.join(elsewhere.path, name))
  }
  await using objects = openFileObjects(elsewhere.path)
  await using first = startErasing({ ...fixture.options, node: 'first', stores: { clickHouse: store, objects } })
  const id = await first.eraseChatter(author, person)
  await using second = fixture.start()
  expect(await second.settled(id, 60_000)).toMatchObject({ finishedAt: expect.any(Date), messages: 4n })
  const left = [await filesBelow(here), await filesBelow(elsewhere.path)]
  expect(left.map(marksInFiles)).toEqual([[], []])
})
