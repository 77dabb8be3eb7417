import { Place } from '../parts/place/place.tsx'
import { RangePicker } from '../parts/range/range-picker.tsx'
import { BehindNote } from '../parts/states/behind-note.tsx'
import { Renewing } from '../parts/states/working.tsx'
import styles from './channel.module.css'
import { Charts } from './charts.tsx'
import { Facts } from './facts.tsx'
import { Notes } from './notes.tsx'
import { PageTabs } from './page-tabs.tsx'
import type { LoadedPage } from './use-channel-page.ts'
import { useCharts } from './use-charts.ts'
import { useLiveChannel } from './use-live-channel.ts'
import { Who } from './who.tsx'

/** The page of a channel that is known. */
export const ChannelView = ({ page }: { page: LoadedPage }) => {
  const { channel, asked, busy, renew } = page
  const { live, behind, reloaded } = useLiveChannel(channel, renew)
  const charts = useCharts(asked, live)
  const reload = (): void => {
    reloaded()
    renew()
    charts.renew()
  }
  const name = channel.displayName ?? channel.slug ?? channel.platformUserId
  return (
    <Place name={name} title={<Who channel={channel} live={live} />} controls={<RangePicker />} width="window" ready>
      <Renewing busy={busy}>
        <div className={styles.head}>
          {behind && <BehindNote behind={behind} onReload={reload} />}
          <Notes page={page} />
          <Facts channel={channel} live={live} />
        </div>
      </Renewing>
      <div className={styles.body}>
        <Charts state={charts} />
        <PageTabs page={page} />
      </div>
    </Place>
  )
}
