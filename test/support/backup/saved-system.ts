import path from 'node:path'
import type { System } from '../../../src/backup/run-backup.ts'
import { startShipper } from '../../../src/ingest/shipper.ts'
import { openSpool } from '../../../src/ingest/spool.ts'
import { createGate } from '../../../src/lib/gate.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { shardedBy } from '../../../src/stores/clickhouse/cluster.ts'
import { clickHouseMigrations } from '../../../src/stores/clickhouse/migrate.ts'
import { openFileObjects } from '../../../src/stores/objects/file-objects.ts'
import { postgresMigrations } from '../../../src/stores/postgres/migrate.ts'
import { openTestClickHouse } from '../stores/clickhouse.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'
import { probeByNumber } from './probe-by-number.ts'

const root = path.resolve(import.meta.dirname, '../../..')

/** All stores of a system without its servers: what a backup is made of. Probes are written by their number. */
export const openSavedSystem = async () => {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await createTestDatabase())
  const { store } = opened.use(await openTestClickHouse())
  const directory = opened.use(await temporaryDirectory('saved-system'))
  const spool = opened.use(
    await openSpool({ directory: path.join(directory.path, 'spool'), maxBytes: 1e9, log: silentLog, clock: Date.now }),
  )
  const shipper = opened.use(startShipper({ spool, sink: store, log: silentLog, clock: Date.now }))
  const gate = createGate()
  const folder = path.join(directory.path, 'objects')
  const objects = opened.use(openFileObjects(folder))
  const { url, urlOfPublic } = database
  const system: System = {
    tier: 'test',
    environment: 'test',
    node: 'this',
    dm: database.db,
    databases:
      url === urlOfPublic
        ? [{ url, sides: ['dm', 'public'] }]
        : [
            { url, sides: ['dm'] },
            { url: urlOfPublic, sides: ['public'] },
          ],
    clickHouse: store,
    historyTables: new Set(['schema_migration', ...Object.keys(shardedBy)]),
    spool,
    shipper,
    gate,
    objects: { folder },
    keys: { callers: '{"admin":"the key of an administrator"}\n', config: 'k1:of-the-secrets\n' },
    migrations: {
      postgres: await postgresMigrations(path.join(root, 'prisma/migrations')),
      clickHouse: await clickHouseMigrations(path.join(root, 'clickhouse/migrations')),
    },
    otherNodes: async () => ({ alive: [], silent: [] }),
    scratch: path.join(directory.path, 'backup'),
  }
  const stack = opened.move()
  return {
    system,
    db: database.db,
    store,
    spool,
    shipper,
    gate,
    objects,
    /** Writes the probes of these numbers; resolves when they are acknowledged. */
    probe: probeByNumber(spool),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
