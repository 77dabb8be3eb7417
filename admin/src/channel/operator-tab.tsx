import { Chat } from './chat.tsx'
import { Claims } from './claims.tsx'
import { Deliveries } from './deliveries.tsx'
import type { ChannelTab } from './search.ts'
import type { ChannelOfPage } from './use-channel-page.ts'
import { Watching } from './watching.tsx'

/** What operators see of a channel beside what everybody sees. It is loaded when it is opened. */
const OperatorTab = ({ open, channel }: { open: ChannelTab; channel: ChannelOfPage }) => {
  const { id } = channel
  switch (open) {
    case 'chat':
      return <Chat id={id} />
    case 'deliveries':
      return <Deliveries id={id} />
    case 'claims':
      return <Claims id={id} name={channel.displayName ?? channel.slug ?? channel.channelId} />
    default:
      return <Watching channel={channel} />
  }
}

export default OperatorTab
