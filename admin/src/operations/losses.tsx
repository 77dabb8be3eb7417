import { Num } from '../parts/text/number.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { targetName } from './evidence.ts'
import { Grid, Section } from './section.tsx'
import type { State } from './use-operations.ts'

/** Rows that were kept once and are lost. */
export const Losses = ({ state }: { state: State }) => (
  <Section id="losses" title="Losses" note={state.losses.length === 0 ? 'Nothing is known to be lost.' : undefined}>
    {state.losses.length > 0 && (
      <Grid heads={['Of', 'From', 'To', 'Rows', 'What happened', 'Accepted']}>
        {state.losses.map((loss) => (
          <tr key={`${loss.target} ${loss.from} ${loss.to} ${loss.reason}`}>
            <th scope="row">{targetName(loss.target)}</th>
            <td>
              <Instant at={loss.from} />
            </td>
            <td>
              <Instant at={loss.to} />
            </td>
            <td>
              <Num value={loss.rows === null ? null : Number(loss.rows)} unit="rows" unknown="Nobody counted them." />
            </td>
            <td>{loss.reason}</td>
            <td data-wrong={loss.acceptedAt === null}>
              {loss.acceptedAt ? <Instant at={loss.acceptedAt} /> : 'not yet'}
            </td>
          </tr>
        ))}
      </Grid>
    )}
  </Section>
)
