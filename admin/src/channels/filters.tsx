import { useState } from 'react'
import { Button } from '../parts/control/button.tsx'
import { Choice } from '../parts/control/choice.tsx'
import { SearchField } from '../parts/control/search-field.tsx'
import { platformNames } from '../view/platforms.ts'
import styles from './channels.module.css'
import { type ChannelsSearch, isFiltered, noFilters } from './search.ts'

type Props = {
  search: ChannelsSearch
  isOperator: boolean
  onChange(part: Partial<ChannelsSearch>): void
}

const all = ''
const platforms = [[all, 'All platforms'], ...Object.entries(platformNames)] as [string, string][]

const statuses: [string, string][] = [
  [all, 'Any status'],
  ['ONLINE', 'Live'],
  ['OFFLINE', 'Offline'],
  ['UNKNOWN', 'Not observed yet'],
]

const watched: [string, string][] = [
  [all, 'Watched or not'],
  ['yes', 'Watched'],
  ['no', 'Not watched'],
]

const claimed: [string, string][] = [
  [all, 'Claimed or not'],
  ['yes', 'Claimed'],
  ['no', 'Not claimed'],
]

/** What the list shows. All of it is in the address. */
export const Filters = ({ search, isOperator, onChange }: Props) => {
  const [isOpen, setOpen] = useState(false)
  const choose = (name: 'platform' | 'status' | 'watched' | 'claimed') => (value: string) =>
    onChange({ [name]: value || undefined })
  const { q, platform, status, category, language } = search
  return (
    <search className={styles.filters} data-open={isOpen} aria-label="Channels">
      <div className={styles.find}>
        <SearchField
          label="Handle"
          hiddenLabel
          placeholder="Handle (also an old one), name, id or address"
          value={q ?? ''}
          onSearch={(text) => onChange({ q: text || undefined })}
        />
      </div>
      <div className={styles.more}>
        <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Filters
        </Button>
      </div>
      <div className={styles.choices}>
        <Choice
          label="Platform"
          hiddenLabel
          value={platform ?? all}
          choices={platforms}
          onChoose={choose('platform')}
        />
        <Choice label="Status" hiddenLabel value={status ?? all} choices={statuses} onChoose={choose('status')} />
        {isOperator && (
          <>
            <Choice
              label="Watched"
              hiddenLabel
              value={search.watched ?? all}
              choices={watched}
              onChoose={choose('watched')}
            />
            <Choice
              label="Claimed"
              hiddenLabel
              value={search.claimed ?? all}
              choices={claimed}
              onChoose={choose('claimed')}
            />
          </>
        )}
        <SearchField
          label="Category of the current broadcast"
          hiddenLabel
          placeholder="Current category"
          longest={100}
          value={category ?? ''}
          onSearch={(text) => onChange({ category: text || undefined })}
        />
        <SearchField
          label="Language of the current broadcast"
          hiddenLabel
          placeholder="Current language"
          longest={100}
          value={language ?? ''}
          onSearch={(text) => onChange({ language: text || undefined })}
        />
        {isFiltered(search) && (
          <Button kind="quiet" onClick={() => onChange(noFilters)}>
            Clear
          </Button>
        )}
      </div>
    </search>
  )
}
