import { DatabaseSync } from 'node:sqlite'
import { text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'

/** The probes in ClickHouse, each by its number as text. */
export const storedProbes = namedQuery({
  name: 'test_stored_probes',
  sql: 'SELECT platform_user_id AS id FROM kick_streamer_probe',
  row: { id: text },
})

/** The numbers of the probes that wait in a spool's file. */
export const waitingProbes = (file: string): number[] => {
  using database = new DatabaseSync(file, { readOnly: true })
  const rows = database.prepare(`SELECT body FROM chunk WHERE table_name = 'kick_streamer_probe'`).all()
  return rows.flatMap(({ body }) =>
    Buffer.from(body as Uint8Array)
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => Number(JSON.parse(line)[2])),
  )
}
