import { useState } from 'react'
import { Settings } from '../../../generated/configuration.ts'
import { useRenewed } from '../../data/use-renewed.ts'
import { Button } from '../../parts/control/button.tsx'
import { SearchField } from '../../parts/control/search-field.tsx'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { Message } from '../../parts/states/message.tsx'
import { ProblemMessage } from '../../parts/states/problem-message.tsx'
import { Skeleton } from '../../parts/states/skeleton.tsx'
import { StaleNote } from '../../parts/table/stale-note.tsx'
import { useSettingsSearch } from '../use-settings-search.ts'
import styles from './configuration.module.css'
import { SettingRow } from './setting-row.tsx'
import { groupSettings } from './setting-words.ts'

/** Every setting that can be changed while the system runs. What others change is shown while one looks. */
export const Configuration = ({ onReady }: SectionProps) => {
  const { search, change } = useSettingsSearch()
  const { data, problem, renew, renewSoon } = useRenewed(Settings, {})
  const [open, setOpen] = useState<string | null>(null)
  useReady(data !== null || problem !== null, onReady)
  const groups = data && groupSettings(data.settings, search.q ?? '')
  return (
    <section className={place.section} aria-label="Configuration">
      <div className={place.sectionHead}>
        <p className={place.intro}>
          Settings that can be changed while the server runs. A change takes effect on every node within seconds.
        </p>
        <div className={place.search}>
          <SearchField
            label="Search settings"
            hiddenLabel
            placeholder="Search settings"
            value={search.q ?? ''}
            onSearch={(text) => change({ q: text || undefined }, { replace: true })}
          />
        </div>
      </div>
      {problem &&
        (data ? <StaleNote problem={problem} onRetry={renew} /> : <ProblemMessage problem={problem} onRetry={renew} />)}
      {!groups && !problem && <Skeleton lines={10} height={44} />}
      {groups?.length === 0 && (
        <Message
          title="No setting matches"
          action={<Button onClick={() => change({ q: undefined })}>Show all settings</Button>}
        />
      )}
      <div className={styles.groups}>
        {groups?.map(([name, lines]) => (
          <section key={name} className={styles.group} aria-label={name}>
            <h2>{name}</h2>
            <ul className={styles.list}>
              {lines.map((setting) => (
                <SettingRow
                  key={setting.key}
                  setting={setting}
                  isOpen={open === setting.key}
                  onOpen={(isOpen) => setOpen(isOpen ? setting.key : null)}
                  onChanged={renewSoon}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </section>
  )
}
