import { exactNumber } from '../view/format.ts'
import { storeName } from './evidence.ts'
import { Grid, Section } from './section.tsx'
import type { State } from './use-operations.ts'

/** The stores, as the process that answers reaches them. */
export const Stores = ({ state }: { state: State }) => (
  <Section id="stores" title="Stores">
    <Grid heads={['Store', 'State', 'Answers in']}>
      {state.stores.map(({ name, ok, sentence, latencyMs }) => (
        <tr key={name}>
          <th scope="row">{storeName(name)}</th>
          <td data-wrong={!ok}>{ok ? 'works' : (sentence ?? 'does not work')}</td>
          <td>{exactNumber(Math.round(latencyMs))} ms</td>
        </tr>
      ))}
    </Grid>
  </Section>
)
