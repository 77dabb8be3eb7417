import { useState } from 'react'
import { useQuery } from 'urql'
import { FindChannels } from '../../../generated/channels.ts'
import type { FindChannelsQuery } from '../../../generated/graphql.ts'
import { platformNames } from '../../view/platforms.ts'
import { Finder, matchStyles } from '../control/finder.tsx'
import { Instant } from '../time/instant.tsx'
import { isFindable } from './handle.ts'

export type FoundChannel = FindChannelsQuery['findChannels'][number]

/** What is said where there is nothing to choose. */
const nothingFound = (text: string, isBusy: boolean, isBroken: boolean): string => {
  if (text === '') return 'Type a handle, a name or a link.'
  if (!isFindable(text)) return 'Names have at most 100 characters.'
  if (isBroken) return 'Search is unavailable right now.'
  return isBusy ? 'Searching …' : 'No channel has or has had this handle.'
}

type Props = {
  label: string
  hiddenLabel?: boolean
  placeholder: string
  /** What stands there while nobody types: the name of the channel that was chosen. */
  value?: string
  onChoose(match: FoundChannel): void
  /** The text was taken away. */
  onClear?(): void
}

/** Finds a channel by any handle that it ever had, by its name, its id or its address. */
export const ChannelField = (props: Props) => {
  const [text, setText] = useState<string | null>(null)
  const asked = text?.trim() ?? ''
  const isAsked = isFindable(asked)
  const [{ data, fetching, error }] = useQuery({
    query: FindChannels,
    variables: { text: asked, first: 8 },
    pause: !isAsked,
  })
  return (
    <Finder
      {...props}
      text={text}
      onText={setText}
      matches={isAsked ? (data?.findChannels ?? []) : []}
      keyOf={({ channel }) => channel.id}
      nothing={nothingFound(asked, fetching, error !== undefined)}
      listLabel="Channels found"
    >
      {({ channel, slug, until }) => (
        <>
          <bdi className={matchStyles.name}>{channel.displayName ?? channel.slug ?? channel.id}</bdi>
          <span className={matchStyles.quiet}>
            {until ? (
              <>
                was {slug} until <Instant at={until} />
              </>
            ) : (
              `${channel.slug ?? ''} ${platformNames[channel.platform]}`
            )}
          </span>
        </>
      )}
    </Finder>
  )
}
