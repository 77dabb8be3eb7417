import { useDeferredValue, useState } from 'react'
import { useQuery } from 'urql'
import { FindStreamers } from '../../generated/channel.ts'
import { ClaimChannel } from '../../generated/streamers.ts'
import { Button } from '../parts/control/button.tsx'
import { Field } from '../parts/control/field.tsx'
import { tooLong } from '../parts/control/too-long.ts'
import { Outcome } from '../parts/mutation/outcome.tsx'
import { useChange } from '../parts/mutation/use-change.ts'
import { isolated } from '../view/seen-text.ts'
import styles from './claims.module.css'

const longestName = 100

type Props = {
  channel: string
  /** The streamers that claim it already. */
  claimed: readonly string[]
  onChange(): void
}

/** Finds a streamer by name, and notes that they claim the channel. */
export const ClaimForm = ({ channel, claimed, onChange }: Props) => {
  const [text, setText] = useState('')
  const isLong = tooLong(text, longestName) !== null
  const search = useDeferredValue(isLong ? '' : text.trim())
  const [{ data }] = useQuery({ query: FindStreamers, variables: { search }, pause: search === '' })
  const claim = useChange(
    ClaimChannel,
    ({ claim: { streamer } }) => `${isolated(streamer.name)} now claims this channel.`,
  )
  const found = search === '' ? [] : (data?.streamers.nodes ?? []).filter(({ id }) => !claimed.includes(id))
  const make = async (streamer: string): Promise<void> => {
    if (!(await claim.make({ streamer, channel }))) return
    setText('')
    onChange()
  }
  return (
    <section className={styles.form} aria-label="Add a claim">
      <Field
        label="Add a claim: search by streamer name"
        type="search"
        value={text}
        longest={longestName}
        onChange={(event) => {
          claim.clear()
          setText(event.target.value)
        }}
      />
      {search !== '' && data && found.length === 0 && (
        <p className={styles.quiet}>No other streamer matches. Add streamers in the settings.</p>
      )}
      <ul>
        {found.map(({ id, name }) => (
          <li key={id} className={styles.claim}>
            <bdi>{name}</bdi>
            <Button busy={claim.busy} onClick={() => void make(id)} aria-label={`Claim for ${name}`}>
              Claim for this streamer
            </Button>
          </li>
        ))}
      </ul>
      <Outcome of={claim} />
    </section>
  )
}
