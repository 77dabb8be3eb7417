import { ChannelFilter } from '../parts/channel/channel-filter.tsx'
import { Button } from '../parts/control/button.tsx'
import { Choice } from '../parts/control/choice.tsx'
import styles from './inbox.module.css'
import type { TypeTotal } from './losses.ts'
import { allOutcomes, type OutcomeFilter, outcomeWords } from './outcomes.ts'
import { type InboxSearch, noFilters } from './search.ts'

const outcomeChoices: readonly (readonly [OutcomeFilter | '', string])[] = [
  ['', 'All'],
  ['NOT_USED', 'Not used, any reason'],
  ...allOutcomes.map((outcome) => [outcome, outcomeWords[outcome].name] as const),
]

const signedChoices = [
  ['', 'Signed or not'],
  ['yes', 'Signed by the platform'],
  ['no', 'Not signed'],
] as const

type Props = { search: InboxSearch; types: readonly TypeTotal[]; onChange(part: InboxSearch): void }

/** Which deliveries are listed. */
export const Filters = ({ search, types, onChange }: Props) => {
  const { view, outcome, type, channel, signed } = search
  const seen = types.flatMap(({ eventType }) => (eventType === null ? [] : [eventType]))
  const names = [...new Set(type === undefined ? seen : [...seen, type])].sort()
  const isFiltered = [outcome, type, channel, signed].some((one) => one !== undefined)
  return (
    <search className={styles.filters} aria-label="Filters">
      <ChannelFilter id={channel} onChoose={(id) => onChange({ channel: id })} />
      {view !== 'lost' && (
        <Choice
          label="Outcome"
          value={outcome ?? ''}
          choices={outcomeChoices}
          onChoose={(value) => onChange({ outcome: value || undefined })}
        />
      )}
      <Choice
        label="Type"
        value={type ?? ''}
        choices={[['', 'All types'], ...names.map((name) => [name, name] as const)]}
        onChoose={(value) => onChange({ type: value || undefined })}
      />
      {view !== 'lost' && (
        <Choice
          label="Signature"
          value={signed ?? ''}
          choices={signedChoices}
          onChoose={(value) => onChange({ signed: value || undefined })}
        />
      )}
      {isFiltered && (
        <Button kind="quiet" onClick={() => onChange(noFilters)}>
          Clear filters
        </Button>
      )}
    </search>
  )
}
