import { SessionClient } from './session-client.ts'

/** Connects with the settings in which every value is written as text that can be read back, as `table-rows.ts` needs it. */
export const openTextSession = async (url: string, applicationName: string): Promise<SessionClient> => {
  const db = new SessionClient({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: applicationName,
    sessionSettings: { TimeZone: 'UTC', extra_float_digits: 3, idle_in_transaction_session_timeout: 0, jit: 'off' },
  })
  db.on('error', () => undefined)
  await db.connect()
  return db
}
