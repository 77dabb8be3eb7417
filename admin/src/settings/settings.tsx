import { type ComponentType, useState } from 'react'
import { type Role, useCaller } from '../data/api.tsx'
import { NeedsRole } from '../parts/place/needs-role.tsx'
import { Place } from '../parts/place/place.tsx'
import { SectionLinks } from '../parts/place/section-links.tsx'
import styles from '../parts/place/sections.module.css'
import type { SectionProps } from '../parts/place/use-ready.ts'
import { ZoneName } from '../parts/time/zone-name.tsx'
import { AuditLogSection } from './audit/audit-log.tsx'
import { Configuration } from './configuration/configuration.tsx'
import { Erasing } from './erasing/erasing.tsx'
import { Keys } from './keys/keys.tsx'
import { type Tab, tabs } from './search.ts'
import { Streamers } from './streamers/streamers.tsx'
import { useSettingsSearch } from './use-settings-search.ts'

type Section = { name: string; role: Role; component: ComponentType<SectionProps> }

const sections: Record<Tab, Section> = {
  configuration: { name: 'Configuration', role: 'ADMIN', component: Configuration },
  keys: { name: 'Keys', role: 'ADMIN', component: Keys },
  streamers: { name: 'Streamers', role: 'OPERATOR', component: Streamers },
  audit: { name: 'Audit log', role: 'ADMIN', component: AuditLogSection },
  erasures: { name: 'Erasures', role: 'ADMIN', component: Erasing },
}

const Sections = () => {
  const { search } = useSettingsSearch()
  const caller = useCaller()
  const shown = tabs.filter((tab) => caller.may(sections[tab].role))
  const tab = search.tab ?? shown[0]!
  const { name, component: Shown } = sections[tab]
  const [ready, setReady] = useState<Tab | null>(null)
  return (
    <Place
      name={`${name} · Settings`}
      title="Settings"
      controls={
        <span className={styles.quiet}>
          <ZoneName />
        </span>
      }
      width="window"
      ready={ready === tab}
    >
      <SectionLinks to="/settings" sections={shown.map((one) => [one, sections[one].name])} open={tab} />
      <Shown key={tab} onReady={() => setReady(tab)} />
    </Place>
  )
}

/** What can be set and given, by those who may: settings, keys, streamers, what was changed, what is erased. */
const Settings = () => {
  const { tab } = useSettingsSearch().search
  return (
    <NeedsRole needs={tab ? sections[tab].role : 'OPERATOR'} name={tab ? sections[tab].name : 'Settings'}>
      <Sections />
    </NeedsRole>
  )
}

export default Settings
