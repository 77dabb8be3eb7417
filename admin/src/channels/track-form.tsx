import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { TrackChannel } from '../../generated/monitoring.ts'
import { channelParams } from '../parts/channel/channel-params.ts'
import { readHandle } from '../parts/channel/handle.ts'
import { Button } from '../parts/control/button.tsx'
import { Choice } from '../parts/control/choice.tsx'
import { Field } from '../parts/control/field.tsx'
import { useChange } from '../parts/mutation/use-change.ts'
import { duration } from '../view/format.ts'
import { platformNames } from '../view/platforms.ts'
import { isolated } from '../view/seen-text.ts'
import styles from './track-form.module.css'

const platforms = Object.entries(platformNames) as [keyof typeof platformNames, string][]

type Props = {
  handle?: string
  /** It begins to be sent, or was answered. */
  onBusy?: (busy: boolean) => void
  onCancel?: () => void
}

/** Tracks a channel by its handle or its address, and leads to its page. A refusal of the server is shown beside the handle. */
export const TrackForm = ({ handle = '', onBusy, onCancel }: Props) => {
  const navigate = useNavigate()
  const [text, setText] = useState(handle)
  const [chosen, choose] = useState<keyof typeof platformNames>('KICK')
  const { busy, refusal, make, clear } = useChange(TrackChannel)
  useEffect(() => onBusy?.(busy), [busy, onBusy])
  const read = readHandle(text)
  const platform = read.platform ?? chosen
  const name = platformNames[platform]

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const done = await make({ platform, slug: read.slug })
    if (done) await navigate({ to: '/channels/$platform/$slug', params: channelParams(done.channel) })
  }
  const wait = refusal && 'retryAfterSeconds' in refusal ? refusal.retryAfterSeconds : null
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <div className={styles.fields}>
        <Field
          label="Handle or address"
          value={text}
          placeholder="ninja or https://kick.com/ninja"
          autoCapitalize="none"
          autoFocus
          required
          aria-invalid={refusal !== null}
          aria-describedby="refusal track-outcome"
          onChange={({ target }) => {
            setText(target.value)
            clear()
          }}
        />
        <Choice label="Platform" value={platform} choices={platforms} onChoose={(value) => choose(value)} />
      </div>
      <p id="refusal" className={styles.refusal} role="alert">
        {refusal?.message}
        {wait && ` Try again in ${duration(wait)}.`}
      </p>
      <p id="track-outcome" className={styles.outcome}>
        The server looks up {read.slug ? <b dir="auto">{read.slug}</b> : 'the channel'} on {name} and watches it from
        then on: its names, broadcasts, viewers and chat. Nothing changes on {name}. You can pause it at any time.
      </p>
      <div className={styles.row}>
        <Button type="submit" kind="main" busy={busy} disabled={read.slug === ''}>
          {read.slug ? `Track ${isolated(read.slug)} on ${name}` : 'Track this channel'}
        </Button>
        {onCancel && (
          <Button disabled={busy} onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    </form>
  )
}
