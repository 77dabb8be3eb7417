import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCaller } from '../data/api.tsx'
import { Tabs } from '../parts/tabs/tabs.tsx'
import styles from './channel.module.css'
import { Chat } from './chat.tsx'
import { Claims } from './claims.tsx'
import { Deliveries } from './deliveries.tsx'
import { Events } from './events.tsx'
import { Names } from './names.tsx'
import type { ChannelTab } from './search.ts'
import { Sessions } from './sessions.tsx'
import type { LoadedPage } from './use-channel-page.ts'
import { Watching } from './watching.tsx'

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
  const { id } = channel
  return (
    <section className={styles.tabs} id="details" aria-label="Details">
      <Tabs label="Details of the channel" tabs={tabs} open={open} onOpen={show}>
        {open === 'sessions' && <Sessions page={page} />}
        {open === 'chat' && <Chat id={id} />}
        {open === 'names' && <Names history={channel.slugHistory} />}
        {open === 'events' && <Events id={id} />}
        {open === 'deliveries' && <Deliveries id={id} />}
        {open === 'claims' && <Claims id={id} />}
        {open === 'watching' && <Watching channel={channel} />}
      </Tabs>
    </section>
  )
}
