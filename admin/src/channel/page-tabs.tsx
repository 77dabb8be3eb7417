import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useCaller } from '../data/api.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Tabs } from '../parts/tabs/tabs.tsx'
import styles from './channel.module.css'
import { Events } from './events.tsx'
import { Names } from './names.tsx'
import type { ChannelTab } from './search.ts'
import { Sessions } from './sessions.tsx'
import type { LoadedPage } from './use-channel-page.ts'

const forAll: readonly (readonly [name: ChannelTab, text: string])[] = [
  ['sessions', 'Sessions'],
  ['names', 'Names'],
  ['events', 'Events'],
]

const forOperators: readonly (readonly [name: ChannelTab, text: string])[] = [
  ['sessions', 'Sessions'],
  ['chat', 'Chat'],
  ['names', 'Names'],
  ['events', 'Events'],
  ['deliveries', 'Deliveries'],
  ['claims', 'Claims'],
  ['watching', 'Watching'],
]

const OperatorTab = lazy(() => import('./operator-tab.tsx'))

/** Everything else that is known of the channel. Each tab asks when it is opened. */
export const PageTabs = ({ page }: { page: LoadedPage }) => {
  const { channel } = page
  const caller = useCaller()
  const navigate = useNavigate()
  const search = useSearch({ from: '/channels/$platform/$slug' })
  const tabs = caller.may('OPERATOR') ? forOperators : forAll
  const open = tabs.some(([name]) => name === search.tab) ? search.tab! : 'sessions'
  const show = (tab: ChannelTab): void =>
    void navigate({
      to: '.',
      search: (before) => ({ ...before, tab: tab === 'sessions' ? undefined : tab, q: undefined, event: undefined }),
      replace: true,
      resetScroll: false,
    })
  return (
    <section className={styles.tabs} id="details" aria-label="Details">
      <Tabs label="Details of the channel" tabs={tabs} open={open} onOpen={show}>
        {open === 'sessions' && <Sessions page={page} />}
        {open === 'names' && <Names history={channel.slugHistory} />}
        {open === 'events' && <Events id={channel.id} />}
        {!forAll.some(([name]) => name === open) && (
          <Suspense fallback={<Skeleton lines={6} />}>
            <OperatorTab open={open} channel={channel} />
          </Suspense>
        )}
      </Tabs>
    </section>
  )
}
