import {
  Combobox,
  ComboboxGroup,
  ComboboxGroupLabel,
  ComboboxItem,
  ComboboxList,
  ComboboxProvider,
} from '@ariakit/react/combobox'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import { useCaller } from '../data/api.tsx'
import { session } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { isFindable } from '../parts/channel/handle.ts'
import { LiveMark } from '../parts/status/live-mark.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { useView } from '../view/view.tsx'
import styles from './palette.module.css'
import { actionsOf } from './palette-actions.ts'
import { type Entry, groupsOf } from './palette-entries.ts'
import { channelOf, readRecent } from './recent-channels.ts'
import { useFoundChannels } from './use-found-channels.ts'
import { useSending } from './use-sending.ts'

/** What a line shows. */
const Line = ({ text, status, note, until }: Entry) => (
  <>
    <bdi className={styles.text}>{text}</bdi>
    {note && (
      <span className={styles.note}>
        {note}
        {until && (
          <>
            {' '}
            until <Instant at={until} />
          </>
        )}
      </span>
    )}
    {status && <LiveMark status={status} />}
  </>
)

const nothingSaid = (text: string, isFound: boolean): string => {
  if (isFound) return 'Nothing found.'
  return isFindable(text) ? 'Searching …' : 'Names have at most 100 characters.'
}

/** Finds any channel, place and action, and does what is chosen. */
const Palette = ({ onClose }: { onClose(): void }) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const navigate = useNavigate()
  const client = useClient()
  const caller = useCaller()
  const view = useView()
  const { key } = useStore(session)
  const { pathname } = useLocation()
  const [recent] = useState(readRecent)
  const [text, setText] = useState('')
  const { busy, outcome, send, clear } = useSending()
  const { matches, isFound, problem } = useFoundChannels(text.replace(/^track\s+/i, ''))
  useEffect(() => dialog.current?.showModal(), [])

  const go = (to: string, search: Record<string, string> = {}): void => void navigate({ to, search: search as never })
  const actions = actionsOf({
    client,
    isSignedIn: key !== null,
    isRelative: view.isRelative,
    channel: channelOf(pathname),
    go,
    freeze: view.freeze,
  })
  const groups = groupsOf({ text, matches, isFound, recent, actions, caller, go })
  const choose = async ({ does }: Entry): Promise<void> => {
    if ('change' in does) return send(does.change)
    dialog.current?.close()
    does.go()
  }
  return (
    <dialog ref={dialog} className={styles.dialog} aria-label="Search" closedby="any" onClose={onClose}>
      <ComboboxProvider
        open
        focusLoop
        value={text}
        setValue={(value) => {
          setText(value)
          clear()
        }}
      >
        <Combobox
          autoSelect="always"
          autoFocus
          className={styles.input}
          placeholder="A channel by any handle, a place or an action"
          aria-label="A channel, a place or an action"
          spellCheck={false}
          onKeyDown={(event) => {
            if (event.key === 'Escape') dialog.current?.close()
          }}
        />
        {busy && (
          <p className={styles.outcome} role="status">
            Working on it …
          </p>
        )}
        {outcome && (
          <p className={styles.outcome} data-done={outcome.done} role="status">
            {outcome.sentence}
          </p>
        )}
        {problem && (
          <p className={styles.outcome} data-done={false} role="alert">
            Channels cannot be searched right now. {problem.message}
          </p>
        )}
        <ComboboxList className={styles.list} aria-label="Found" alwaysVisible>
          {groups.map(({ name, entries }) => (
            <ComboboxGroup key={name} className={styles.group}>
              <ComboboxGroupLabel className={styles.label}>{name}</ComboboxGroupLabel>
              {entries.map((entry) => (
                <ComboboxItem
                  key={entry.id}
                  value={entry.id}
                  className={styles.item}
                  focusOnHover
                  hideOnClick={false}
                  setValueOnClick={false}
                  onClick={() => void choose(entry)}
                >
                  <Line {...entry} />
                </ComboboxItem>
              ))}
            </ComboboxGroup>
          ))}
        </ComboboxList>
        {groups.length === 0 && <p className={styles.nothing}>{nothingSaid(text, isFound)}</p>}
      </ComboboxProvider>
    </dialog>
  )
}

export default Palette
