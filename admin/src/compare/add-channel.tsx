import { type KeyboardEvent, useId, useState } from 'react'
import { useQuery } from 'urql'
import { FindChannels } from '../../generated/channels.ts'
import type { FindChannelsQuery } from '../../generated/graphql.ts'
import { channelParams } from '../parts/channel/channel-params.ts'
import { Field } from '../parts/control/field.tsx'
import styles from './compare.module.css'

type Match = FindChannelsQuery['findChannels'][number]

const handleOf = ({ channel }: Match): string => {
  const { platform, slug } = channelParams(channel)
  return `${platform}/${slug}`
}

/** What is said where there is nothing to choose. */
const nothingFound = (text: string, isBusy: boolean, isBroken: boolean): string => {
  if (isBroken) return 'The search does not work now.'
  if (isBusy) return 'Searching …'
  return text === '' ? 'Type a handle, a name or an address.' : 'No channel has or had this handle.'
}

type ListProps = { id: string; matches: readonly Match[]; active: number; onChoose(match: Match): void }

const Matches = ({ id, matches, active, onChoose }: ListProps) => (
  <div id={id} role="listbox" aria-label="Channels found" tabIndex={-1}>
    {matches.map((match, i) => {
      const { channel, slug, until } = match
      return (
        <div
          key={channel.id}
          id={`${id}-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === active}
          className={styles.item}
          // The focus stays in the field.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(match)}
          onKeyDown={(event) => event.key === 'Enter' && onChoose(match)}
        >
          <bdi>{channel.displayName ?? channel.slug ?? channel.id}</bdi>
          <span className={styles.quiet}>{until ? `was ${slug}` : handleOf(match)}</span>
        </div>
      )
    })}
  </div>
)

/** Finds a channel by any handle that it ever had, and adds it. */
export const AddChannel = ({ onAdd }: { onAdd(handle: string): void }) => {
  const id = useId()
  const [text, setText] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const asked = text.trim()
  const [{ data, fetching, error }] = useQuery({
    query: FindChannels,
    variables: { text: asked, first: 8 },
    pause: asked === '',
  })
  const matches = asked ? (data?.findChannels ?? []) : []
  const write = (next: string): void => {
    setText(next)
    setActive(0)
    setOpen(true)
  }
  const choose = (match: Match): void => {
    onAdd(handleOf(match))
    write('')
    setOpen(false)
  }
  const pressed = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const chosen = matches[active]
    if (step && matches.length > 0) setActive((active + step + matches.length) % matches.length)
    else if (event.key === 'Enter' && chosen) choose(chosen)
    else if (event.key === 'Escape' && isOpen) setOpen(false)
    else return
    event.preventDefault()
  }
  return (
    <div className={styles.adding}>
      <Field
        label="Add a channel"
        hiddenLabel
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-activedescendant={isOpen && matches[active] ? `${id}-list-${active}` : undefined}
        placeholder="Add a channel by any handle"
        value={text}
        onChange={(event) => write(event.target.value)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={pressed}
      />
      {isOpen && (
        <div className={styles.popup}>
          <Matches id={`${id}-list`} matches={matches} active={active} onChoose={choose} />
          {matches.length === 0 && (
            <p className={styles.quiet} role="status">
              {nothingFound(asked, fetching, error !== undefined)}
            </p>
          )}
        </div>
      )}
    </div>
  )
}
