import { Num } from '../parts/text/number.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { targetName } from './evidence.ts'
import { Cell, Grid, Section } from './section.tsx'
import type { State } from './use-operations.ts'

/** Rows that were received and lost before they were stored. Deliveries that never came are no rows. */
export const Losses = ({ state }: { state: State }) => (
  <Section id="losses" title="Rows lost before storage" note={state.losses.length === 0 ? 'none known' : undefined}>
    {state.losses.length > 0 && (
      <Grid heads={['Table', 'From', 'To', 'Rows', 'What happened', 'Accepted']}>
        {state.losses.map((loss) => (
          <tr key={`${loss.target} ${loss.from} ${loss.to} ${loss.reason}`}>
            <th scope="row">{targetName(loss.target)}</th>
            <Cell head="From">
              <Instant at={loss.from} />
            </Cell>
            <Cell head="To">
              <Instant at={loss.to} />
            </Cell>
            <Cell head="Rows">
              <Num value={loss.rows === null ? null : Number(loss.rows)} unit="rows" unknown="Nobody knows how many." />
            </Cell>
            <Cell head="What happened">{loss.reason}</Cell>
            <Cell head="Accepted" wrong={loss.acceptedAt === null}>
              {loss.acceptedAt ? <Instant at={loss.acceptedAt} /> : 'not yet'}
            </Cell>
          </tr>
        ))}
      </Grid>
    )}
  </Section>
)
