import { ChannelField } from '../parts/channel/channel-field.tsx'
import { channelParams } from '../parts/channel/channel-params.ts'

/** Finds a channel by any handle that it ever had, and adds it. */
export const AddChannel = ({ onAdd }: { onAdd(handle: string): void }) => (
  <ChannelField
    label="Add a channel"
    hiddenLabel
    placeholder="Add a channel by any handle"
    onChoose={({ channel }) => {
      const { platform, slug } = channelParams(channel)
      onAdd(`${platform}/${slug}`)
    }}
  />
)
