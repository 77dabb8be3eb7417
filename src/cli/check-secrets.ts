import path from 'node:path'
import type { Config } from '../config/config.ts'
import { keptConfigKeys } from '../config/config-keys.ts'
import { ConfigError } from '../lib/errors.ts'
import { silentLog } from '../lib/log.ts'
import { judgeSecrets, unreadableLine } from '../settings/check-secrets.ts'
import { runningEmbeddedUrl } from '../stores/postgres/embedded-url.ts'
import { expressions } from '../stores/postgres/model.ts'
import { openPostgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { bad, type Finding, good } from './finding.ts'

const isThere = statement(
  'doctor_has_configuration',
  sql`SELECT ${expressions<{ found: boolean }>({
    found: `coalesce(has_table_privilege(to_regclass('public.configuration'), 'SELECT'), false)`,
  })}`,
)

/**
 * Whether the secrets of the configuration can be decrypted with the keys that are set: a start is refused where one can not. The entries are named,
 * and never what they hold. A server that runs has its own keys: it is not judged by an environment that has none.
 */
export const checkSecrets = async (config: Config, server: string | undefined): Promise<Finding[]> => {
  const { databaseUrl, dataDir, environment } = config
  const url = databaseUrl ?? runningEmbeddedUrl(path.join(dataDir, 'postgres'))
  if (url === undefined) return []
  await using db = openPostgres({ url, log: silentLog, max: 1 })
  try {
    const ring = config.configKeys ?? keptConfigKeys(dataDir)
    if (ring === undefined && server !== undefined) return []
    if (!(await db.query(isThere))[0]!.found) return []
    const wrong: Finding[] = []
    let readable = 0
    for await (const { unreadable } of judgeSecrets(db, ring ?? [], environment))
      if (unreadable) wrong.push(bad(unreadableLine(unreadable)))
      else readable += 1
    const count = readable === 1 ? '1 secret' : `${readable} secrets`
    return readable > 0 ? [...wrong, good(`CONFIG_KEYS: ${count} of the configuration can be decrypted.`)] : wrong
  } catch (error) {
    // What is wrong with the database is said of the database.
    return error instanceof ConfigError ? [bad(error.message)] : []
  }
}
