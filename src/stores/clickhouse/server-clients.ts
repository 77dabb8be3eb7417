import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { Clients } from './clients.ts'
import { type QueryPoolName, type QueryPoolSpecs, queryPoolSettings } from './query-pool-settings.ts'

/** Clients of a server, with connections of their own for every pool. Contacts nothing yet. */
export const connectToServer = (url: URL, database: string, specs: QueryPoolSpecs, isCluster: boolean): Clients => {
  const settings = queryPoolSettings(specs, isCluster)
  const connect = (name: QueryPoolName, to: string) => {
    const target = new URL(url)
    target.pathname = `/${to}`
    return createClient({
      url: target,
      request_timeout: specs[name].timeoutMs + 2_000,
      max_open_connections: specs[name].slots,
      // An error after the first rows would otherwise come as the end of an answer with status 200.
      clickhouse_settings: { ...settings[name], wait_end_of_query: 1 },
      use_multipart_params_auto: true,
      log: { level: ClickHouseLogLevel.OFF },
    })
  }
  const clients = {
    light: connect('light', database),
    heavy: connect('heavy', database),
    write: connect('write', database),
  }
  return {
    ...clients,
    bindsParameters: true,
    createDatabase: async (onCluster) => {
      // A connection to a database that does not exist yet is refused.
      await using client = connect('write', 'default')
      await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database} ${onCluster}` })
    },
    close: async () => {
      await Promise.all(Object.values(clients).map((client) => client.close()))
    },
  }
}
