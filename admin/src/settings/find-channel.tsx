import { type FormEvent, type ReactNode, useState } from 'react'
import { useClient } from 'urql'
import { FindChannels } from '../../generated/channels.ts'
import type { FindChannelsQuery } from '../../generated/graphql.ts'
import { type Problem, problemOf } from '../data/problem.ts'
import { Button } from '../parts/control/button.tsx'
import { Field } from '../parts/control/field.tsx'
import { Outcome } from '../parts/mutation/outcome.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { platformNames } from '../view/platforms.ts'
import styles from './find-channel.module.css'
import place from './settings.module.css'

export type FoundChannel = FindChannelsQuery['findChannels'][number]['channel']

type Props = {
  label: string
  /** What can be done with a channel that was found. */
  children(channel: FoundChannel): ReactNode
}

const firstOnes = 5

/** Finds a channel by whatever somebody has of it: a handle that it has or had, an id, or its address. */
export const FindChannel = ({ label, children }: Props) => {
  const client = useClient()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [found, setFound] = useState<FindChannelsQuery['findChannels'] | null>(null)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const variables = { text: text.trim(), first: firstOnes }
    const { data, error } = await client.query(FindChannels, variables, { requestPolicy: 'network-only' }).toPromise()
    setBusy(false)
    setProblem(problemOf(error))
    setFound(data?.findChannels ?? null)
  }
  return (
    <div className={styles.find}>
      <form className={place.line} aria-label={label} onSubmit={(event) => void submit(event)}>
        <Field
          label={label}
          placeholder="Handle, also an old one, id or address"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" busy={busy} disabled={text.trim() === ''}>
          Find it
        </Button>
      </form>
      <Outcome
        of={{ refusal: problem, done: found?.length === 0 ? 'No channel that is watched has this handle.' : null }}
      />
      {found && found.length > 0 && (
        <ul className={styles.found}>
          {found.map(({ channel, slug, until }) => (
            <li key={channel.id} className={styles.channel}>
              <span>
                <span dir="auto">{channel.displayName ?? channel.slug ?? channel.channelId}</span>{' '}
                <span className={place.quiet}>
                  {channel.slug && `${channel.slug}, `}
                  {platformNames[channel.platform]}
                  {until && (
                    <>
                      , was {slug} until <Instant at={until} />
                    </>
                  )}
                </span>
              </span>
              {children(channel)}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
