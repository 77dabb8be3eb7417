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
  'prisma/migrations/20261129030000_dm_event_evidence/migration.sql':
    '1495c03854d5ed1abbb1f7375dd85a2a901e9814b6dd060e59bc636a73b0a8b7',
  'prisma/migrations/20261129030000_dm_erasure/migration.sql':
    '5313cf0c572352620a37dd15dfda056fc02b7ce98e9db96add171dc721f77f45',
  'prisma/migrations/20261129030100_public_redact_audit/migration.sql':
    '1f51cd646859edc407d2b68bdd3118b1b8089379fc1d7367021c867865e56eca',
  'prisma/migrations/20261129043000_dm_session_aggregates/migration.sql':
    '56ecd9646ba36a181eda506a4592f2a0c15be1e008d2f34a7666b2d6e0baad07',
  'clickhouse/migrations/0001_baseline.sql': 'c2e303e4b2f872e104313059864c9cb945b7e8453011b1da69b167f72b3fd8c3',
  'prisma/migrations/20261129043000_dm_subscriber_totals/migration.sql':
    '863a2785d5e8a5279dfaf8c591e2e0631399dfba416c116c536f559310551da1',
  'prisma/migrations/20261129020000_dm_session_is_mature/migration.sql':
    '2f16aadc1cf61449b19c556a4f9d5b73ac6f292147d44ea218bc366c7a888cc2',
  'prisma/migrations/20261129044500_dm_session_details/migration.sql':
    '03bd8add4f5f44f30d98e7fc4e2009014eb73a432f60fede12d7294f9f5717fd',
  'clickhouse/migrations/0002_probe_details.sql': 'b2bb3ffada8c4147b669e0abbc912992098ca046a5ed75e07ce68168d126cb8d',
  'clickhouse/migrations/0003_subscriber_count.sql': '9596369aca55f098baf3cdc972c89a01b76bfb6d6a02d4d361c52104fff30963',
  'prisma/migrations/20261129050000_dm_follows_again/migration.sql':
    'f9be6a8c6bd41799a757f93dda3556970f3048aac629735f275e98baf8bac721',
  'prisma/migrations/20261129053000_dm_calls_read/migration.sql':
    '7a8c087976357e717d0110fc463973bdacc68ad528c41031e13a419e31e81572',
  'clickhouse/migrations/0004_inbox_reasons.sql': 'a28f76d666f3d10d66ca51551861e20b5ab5b3d529155a1973e48955bca21b78',
  'clickhouse/migrations/0006_inbox_channel.sql': 'bb085c24ad220ed28d27b40731b4613573b004bbfaf8e4eb09ae9aa5647ce407',
  'prisma/migrations/20261129130000_dm_chapters_once_more/migration.sql':
    '63d59910644ea57d6c268f67d85b891f17165c51859089bc2da3782a69890d4b',
}

test.each(Object.entries(frozen))('%s is as it was when databases were made with it', (file, sha256) => {
  expect(
    createHash('sha256').update(readFileSync(file)).digest('hex'),
    `${file} is frozen, because databases exist that were made with it: restore it and add a new migration instead.`,
  ).toBe(sha256)
})
