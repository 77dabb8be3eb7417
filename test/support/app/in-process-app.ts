import { startApp } from '../../../src/app/start-app.ts'
import { readConfig } from '../../../src/config/config.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import type { PlatformRegistry } from '../../../src/platforms/platform-definition.ts'
import { builtInPlatforms } from '../../../src/platforms/registry.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'

/** Nothing listens there. */
export const nowhere = 'http://127.0.0.1:9'

/** The whole system in this process, over a database of its own and the embedded ClickHouse; it watches platforms that do not answer. */
export const startWholeApp = async (
  env: Record<string, string> = {},
  { log = silentLog, registry = builtInPlatforms }: { log?: Log; registry?: PlatformRegistry } = {},
) => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory('whole-app'))
  const database = opened.use(await createTestDatabase())
  const config = readConfig(
    {
      ...database.variables,
      DATA_DIR: directory.path,
      PORT: '0',
      INTROSPECTION: 'on',
      KICK_CLIENT_ID: 'an-app',
      KICK_CLIENT_SECRET: 'canary-of-the-kick-app',
      KICK_API_URL: nowhere,
      KICK_ID_URL: nowhere,
      ADMIN_KEY: 'canary-of-the-admin-key',
      OPERATOR_KEY: 'canary-of-the-operator-key',
      ...env,
    },
    registry,
  )
  const app = opened.use(await startApp(config, { log, registry }))
  const stack = opened.move()
  return { url: app.url, db: database.db, directory: directory.path, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
