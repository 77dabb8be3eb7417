import { type ComponentType, useState } from 'react'
import { NeedsRole } from '../parts/place/needs-role.tsx'
import { Place } from '../parts/place/place.tsx'
import { SectionLinks } from '../parts/place/section-links.tsx'
import type { SectionProps } from '../parts/place/use-ready.ts'
import { RangePicker } from '../parts/range/range-picker.tsx'
import { ZoneName } from '../parts/time/zone-name.tsx'
import styles from './alerts.module.css'
import { Deliveries } from './deliveries/deliveries.tsx'
import { Rules } from './rules/rules.tsx'
import { type Tab, tabs } from './search.ts'
import { Targets } from './targets/targets.tsx'
import { useAlertsSearch } from './use-alerts-search.ts'

const sections: Record<Tab, readonly [name: string, component: ComponentType<SectionProps>]> = {
  rules: ['Rules', Rules],
  targets: ['Targets', Targets],
  deliveries: ['Deliveries', Deliveries],
}

const Sections = () => {
  const { search } = useAlertsSearch()
  const tab = search.tab ?? 'rules'
  const [name, Shown] = sections[tab]
  const [ready, setReady] = useState<Tab | null>(null)
  // Of a rule that is open the range is chosen beside what it would have told.
  const hasRange = tab === 'deliveries'
  const hasTrial = tab === 'rules' && search.rule !== undefined
  return (
    <Place
      name={`${name} · Alerts`}
      title="Alerts"
      controls={
        hasRange ? (
          <RangePicker />
        ) : (
          !hasTrial && (
            <span className={styles.quiet}>
              <ZoneName />
            </span>
          )
        )
      }
      width="window"
      ready={ready === tab}
    >
      <SectionLinks to="/alerts" sections={tabs.map((one) => [one, sections[one][0]])} open={tab} />
      <Shown key={tab} onReady={() => setReady(tab)} />
    </Place>
  )
}

/** What is told elsewhere: rules, the targets that they tell, and what became of each alert. */
const Alerts = () => (
  <NeedsRole needs="OPERATOR" name="Alerts">
    <Sections />
  </NeedsRole>
)

export default Alerts
