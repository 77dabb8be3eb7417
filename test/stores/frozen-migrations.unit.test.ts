import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** SHA-256 of each file that databases were made with. */
const frozen = {
  'prisma/migrations/20261129000000_dm_baseline/migration.sql':
    'e701cb11680edebe97c67f1ac876e5b1bdbf1b609227abc333dabc4e116b77f5',
  'prisma/migrations/20261129000100_public_baseline/migration.sql':
    '4922a54aa72db4428f3b993b8eebed08ca02fa1144680e0c8a559ccabe2972fb',
  'prisma/migrations/20261129000200_link_channels/migration.sql':
    '4339412f0832090401729286c44b5a6ef4126e8d01b86696f404a909c4f560d8',
  'prisma/migrations/20261129010000_dm_platforms_by_form/migration.sql':
    'e9275b22a4e2940186a2c96f8b249d1951144589b28a6daff93e06c26ce7cb43',
  'clickhouse/migrations/0001_baseline.sql': 'c2e303e4b2f872e104313059864c9cb945b7e8453011b1da69b167f72b3fd8c3',
}

test.each(Object.entries(frozen))('%s is as it was when databases were made with it', (file, sha256) => {
  expect(
    createHash('sha256').update(readFileSync(file)).digest('hex'),
    `${file} is frozen, because databases exist that were made with it: restore it and add a new migration instead.`,
  ).toBe(sha256)
})
