import { useState } from 'react'
import { useQuery } from 'urql'
import { StreamerNames } from '../../../generated/alerts.ts'
import { Finder, matchStyles } from '../../parts/control/finder.tsx'

type Named = { id: string; name: string }
type Props = { streamer: Named | null; onChoose(streamer: Named | null): void }

const longest = 100

/** Finds a streamer by their name. */
export const StreamerField = ({ streamer, onChoose }: Props) => {
  const [text, setText] = useState<string | null>(null)
  const asked = text?.trim() ?? ''
  const isAsked = text !== null && asked.length <= longest
  const [{ data, fetching, error }] = useQuery({
    query: StreamerNames,
    variables: { search: asked },
    pause: !isAsked,
  })
  const nothing = error
    ? 'Search is unavailable right now.'
    : !isAsked
      ? 'Type the name of a streamer.'
      : fetching
        ? 'Searching …'
        : 'No streamer has this name.'
  return (
    <Finder
      label="Claimed by"
      placeholder="Anybody or nobody"
      value={streamer?.name ?? ''}
      text={text}
      onText={setText}
      matches={isAsked ? (data?.streamers.nodes ?? []) : []}
      keyOf={({ id }) => id}
      nothing={nothing}
      listLabel="Streamers found"
      onChoose={({ id, name }) => onChoose({ id, name })}
      onClear={() => onChoose(null)}
    >
      {({ name }) => <bdi className={matchStyles.name}>{name}</bdi>}
    </Finder>
  )
}
