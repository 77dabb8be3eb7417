import { ConfigError } from '../../lib/errors.ts'
import { judgeVersionBy, type KnownFault } from '../server-versions.ts'
import { expressions } from './model.ts'
import type { Transaction } from './postgres.ts'
import { sql, statement } from './statement.ts'

const versionOf = statement(
  'server_version',
  sql`SELECT ${expressions<{ version: string }>({ version: `current_setting('server_version')` })}`,
)

/** The oldest that the statements are written for. */
const oldest = '15'

/** One fault in each of the branches that are used, which were mended on the same day. */
const inBranches = (fault: string, ...branches: readonly (readonly [from: string, fixedIn: string])[]): KnownFault[] =>
  branches.map(([from, fixedIn]) => ({ from, fixedIn, fault }))

const faulty = [
  // Release notes of 15.10, 16.6 and 17.2. prisma/roles.sql gives the migrator its role so.
  ...inBranches(
    'ignores the role that ALTER ROLE … SET role gives a login, so that tables get the wrong owner',
    ['15.9', '15.10'],
    ['16.5', '16.6'],
    ['17.1', '17.2'],
  ),
  // Commit a07e03fd8fa7, in the minor releases of November 2024.
  ...inBranches(
    'can forget that a table has indexes when VACUUM and GRANT meet, and then leaves rows out of them',
    ['15', '15.10'],
    ['16', '16.6'],
    ['17', '17.2'],
  ),
  // Release notes of 15.17, 16.13, 17.9 and 18.3.
  ...inBranches(
    'refuses to cut long texts that are not ASCII, as if they were damaged',
    ['15.16', '15.17'],
    ['16.12', '16.13'],
    ['17.8', '17.9'],
    ['18.2', '18.3'],
  ),
]

/** What is wrong with a version of a server: it can not be used, or it should be updated; null when it is fine. */
export const judgePostgresVersion = (version: string): { refused: boolean; reason: string } | null =>
  judgeVersionBy({ product: 'Postgres', oldest, faulty }, version)

/** Asks a server for its version; rejects with a ConfigError when it is too old, resolves with a warning when it has a fault. */
export const checkPostgresVersion = async (db: Transaction, variable: string): Promise<string | null> => {
  const judgement = judgePostgresVersion((await db.query(versionOf))[0]!.version)
  if (judgement?.refused) throw new ConfigError(`${variable} can not be used: ${judgement.reason}.`)
  return judgement && `${variable}: ${judgement.reason}.`
}
