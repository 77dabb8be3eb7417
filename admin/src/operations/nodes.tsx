import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { bytes } from '../view/format.ts'
import { byteCount, targetName } from './evidence.ts'
import styles from './operations.module.css'
import { Cell, Grid, Section } from './section.tsx'
import type { State } from './use-operations.ts'

type Node = State['nodes'][number]

const elsewhere = 'Only the node itself knows. See its /metrics.'

const NodeRow = ({ node }: { node: Node }) => (
  <tr>
    <th scope="row">
      <code>{node.name.slice(0, 8)}</code>
      {node.isThis && <span className={styles.note}>serves this page</span>}
    </th>
    <Cell head="Last seen" wrong={node.isSilent}>
      {node.isSilent && 'silent: '}
      <Ago at={node.seenAt} />
    </Cell>
    <Cell head="Workers">
      {node.workers === null ? <Unknown reason={elsewhere} /> : node.workers.join(', ') || 'none'}
    </Cell>
    <Cell head="Uptime">{node.startedAt ? <Ago at={node.startedAt} suffix="" /> : <Unknown reason={elsewhere} />}</Cell>
    <Cell head="Spool">
      {node.spool ? (
        `${bytes(byteCount(node.spool.bytes))} of ${bytes(byteCount(node.spool.maxBytes))}`
      ) : (
        <Unknown reason={elsewhere} />
      )}
    </Cell>
    <Cell head="Oldest unstored row">{node.waitingSince ? <Ago at={node.waitingSince} /> : 'none'}</Cell>
    <Cell head="Rejected rows" wrong={(node.spool?.deadLetters ?? 0) > 0}>
      <Num value={node.spool?.deadLetters} unit="rows rejected by ClickHouse" unknown={elsewhere} />
    </Cell>
  </tr>
)

/** The processes, and what each keeps on its disk until it is stored. */
export const Nodes = ({ state }: { state: State }) => {
  const tables = state.nodes.flatMap(({ spool }) => spool?.tables ?? [])
  return (
    <Section id="nodes" title="Nodes">
      <Grid heads={['Node', 'Last seen', 'Workers', 'Uptime', 'Spool', 'Oldest unstored row', 'Rejected rows']}>
        {state.nodes.map((node) => (
          <NodeRow key={node.name} node={node} />
        ))}
      </Grid>
      {tables.length > 0 && (
        <Grid heads={['Table', 'Rows to store', 'Oldest', 'Stored since start-up', 'Last stored', 'Failures']}>
          {tables.map((table) => (
            <tr key={table.target}>
              <th scope="row">{targetName(table.target)}</th>
              <Cell head="Rows to store">
                <Num value={table.rows} unit="rows" unknown="" />
              </Cell>
              <Cell head="Oldest">{table.oldestAt ? <Ago at={table.oldestAt} /> : 'none'}</Cell>
              <Cell head="Stored since start-up">
                <Num value={Number(table.shippedRows)} unit="rows" unknown="" />
              </Cell>
              <Cell head="Last stored">
                {table.lastShippedAt ? <Ago at={table.lastShippedAt} /> : <Unknown reason="None since start-up." />}
              </Cell>
              <Cell head="Failures" wrong={table.failures > 0}>
                {table.failures === 0 ? '0' : `${table.failures} in a row`}
              </Cell>
            </tr>
          ))}
        </Grid>
      )}
    </Section>
  )
}
