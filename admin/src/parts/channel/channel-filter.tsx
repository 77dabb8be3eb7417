import { useQuery } from 'urql'
import { NamedChannel } from '../../../generated/channels.ts'
import { ChannelField } from './channel-field.tsx'

type Props = { id: string | undefined; onChoose(id: string | undefined): void }

/** A channel by any handle that it ever had. */
export const ChannelFilter = ({ id, onChoose }: Props) => {
  const [{ data }] = useQuery({ query: NamedChannel, variables: { id: id ?? '' }, pause: id === undefined })
  const name = id === undefined ? '' : (data?.channel?.displayName ?? data?.channel?.slug ?? id)
  return (
    <ChannelField
      label="Channel"
      placeholder="Any handle it ever had"
      value={name}
      onChoose={({ channel }) => onChoose(channel.id)}
      onClear={() => id !== undefined && onChoose(undefined)}
    />
  )
}
