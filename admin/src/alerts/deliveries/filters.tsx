import { useQuery } from 'urql'
import { AlertNames } from '../../../generated/alerts.ts'
import type { AlertDeliveryState, AlertKind } from '../../../generated/graphql.ts'
import { ChannelFilter } from '../../parts/channel/channel-filter.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import { isolated } from '../../view/seen-text.ts'
import { kindNames } from '../kind-names.ts'
import { type AlertsSearch, deliveryStates, noFilters } from '../search.ts'
import styles from './deliveries.module.css'
import { isFiltered, stateNames } from './delivery-words.ts'

type Named = { id: string; name: string }

/** The values of a filter, and the one of the address, which may be of what is gone. */
const choicesOf = (all: string, named: readonly Named[], chosen: string | undefined): [string, string][] => [
  ['', all],
  ...named.map(({ id, name }): [string, string] => [id, isolated(name)]),
  ...(chosen !== undefined && !named.some(({ id }) => id === chosen) ? [[chosen, chosen] as [string, string]] : []),
]

type Props = { search: AlertsSearch; onChange(part: AlertsSearch): void }

/** Which deliveries are listed. */
export const Filters = ({ search, onChange }: Props) => {
  const { state, rule, target, kind, channel } = search
  const [{ data }] = useQuery({ query: AlertNames })
  return (
    <search className={styles.filters} aria-label="Filters">
      <ChannelFilter id={channel} onChoose={(id) => onChange({ channel: id })} />
      <Choice
        label="State"
        value={state ?? ''}
        choices={[['', 'All'], ...deliveryStates.map((one) => [one, stateNames[one]] as const)]}
        onChoose={(value: AlertDeliveryState | '') => onChange({ state: value || undefined })}
      />
      <Choice
        label="Rule"
        value={rule ?? ''}
        choices={choicesOf('All rules', data?.alertRules ?? [], rule)}
        onChoose={(value) => onChange({ rule: value || undefined })}
      />
      <Choice
        label="Target"
        value={target ?? ''}
        choices={choicesOf('All targets', data?.alertTargets ?? [], target)}
        onChoose={(value) => onChange({ target: value || undefined })}
      />
      <Choice
        label="Event"
        value={kind ?? ''}
        choices={[['', 'All events'], ...(Object.entries(kindNames) as [AlertKind, string][])]}
        onChoose={(value: AlertKind | '') => onChange({ kind: value || undefined })}
      />
      {isFiltered(search) && (
        <Button kind="quiet" onClick={() => onChange(noFilters)}>
          Clear filters
        </Button>
      )}
    </search>
  )
}
