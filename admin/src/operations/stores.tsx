import { exactNumber } from '../view/format.ts'
import { storeName } from './evidence.ts'
import { Cell, Grid, Section } from './section.tsx'
import type { State } from './use-operations.ts'

/** The stores, as the process that answers reaches them. */
export const Stores = ({ state }: { state: State }) => (
  <Section id="stores" title="Stores">
    <Grid heads={['Store', 'State', 'Response time']}>
      {state.stores.map(({ name, ok, sentence, latencyMs }) => (
        <tr key={name}>
          <th scope="row">{storeName(name)}</th>
          <Cell head="State" wrong={!ok}>
            {ok ? 'OK' : (sentence ?? 'not working')}
          </Cell>
          <Cell head="Response time">{exactNumber(Math.round(latencyMs))} ms</Cell>
        </tr>
      ))}
    </Grid>
  </Section>
)
