import { type KeyboardEvent, useId, useState } from 'react'
import { useQuery } from 'urql'
import { FindChannels } from '../../../generated/channels.ts'
import type { FindChannelsQuery } from '../../../generated/graphql.ts'
import { platformNames } from '../../view/platforms.ts'
import { Field } from '../control/field.tsx'
import { Instant } from '../time/instant.tsx'
import styles from './channel-field.module.css'
import { isFindable } from './handle.ts'

export type FoundChannel = FindChannelsQuery['findChannels'][number]

/** What is said where there is nothing to choose. */
const nothingFound = (text: string, isBusy: boolean, isBroken: boolean): string => {
  if (text === '') return 'Type a handle, a name or a link.'
  if (!isFindable(text)) return 'Names have at most 100 characters.'
  if (isBroken) return 'Search is unavailable right now.'
  return isBusy ? 'Searching …' : 'No channel has or has had this handle.'
}

type ListProps = {
  id: string
  matches: readonly FoundChannel[]
  active: number
  onChoose(match: FoundChannel): void
}

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
          <bdi className={styles.name}>{channel.displayName ?? channel.slug ?? channel.id}</bdi>
          <span className={styles.quiet}>
            {until ? (
              <>
                was {slug} until <Instant at={until} />
              </>
            ) : (
              `${channel.slug ?? ''} ${platformNames[channel.platform]}`
            )}
          </span>
        </div>
      )
    })}
  </div>
)

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
export const ChannelField = ({ label, hiddenLabel, placeholder, value = '', onChoose, onClear }: Props) => {
  const id = useId()
  const [text, setText] = useState<string | null>(null)
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const asked = text?.trim() ?? ''
  const isAsked = isFindable(asked)
  const [{ data, fetching, error }] = useQuery({
    query: FindChannels,
    variables: { text: asked, first: 8 },
    pause: !isAsked,
  })
  const matches = isAsked ? (data?.findChannels ?? []) : []
  const write = (next: string): void => {
    setText(next)
    setActive(0)
    setOpen(true)
    if (next === '') onClear?.()
  }
  const close = (): void => {
    setText(null)
    setOpen(false)
  }
  const choose = (match: FoundChannel): void => {
    onChoose(match)
    close()
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
    <div className={styles.field}>
      <Field
        label={label}
        hiddenLabel={hiddenLabel}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-activedescendant={isOpen && matches[active] ? `${id}-list-${active}` : undefined}
        placeholder={placeholder}
        value={text ?? value}
        onChange={(event) => write(event.target.value)}
        onFocus={() => setOpen(true)}
        onBlur={close}
        onKeyDown={pressed}
      />
      {isOpen && (text !== null || value === '') && (
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
