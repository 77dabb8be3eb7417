import { useState } from 'react'
import { DeleteChannel } from '../../../generated/erasing.ts'
import type { FoundChannel } from '../../parts/channel/channel-field.tsx'
import { Confirm } from '../../parts/confirm/confirm.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import place from '../../parts/place/sections.module.css'
import { FindChannel } from '../find-channel.tsx'

/** Deletes a channel with everything that is kept of it. */
export const DeleteChannelForm = ({ onDeleted }: { onDeleted(): void }) => {
  const [asked, ask] = useState<FoundChannel['channel'] | null>(null)
  const [said, say] = useState<string | null>(null)
  const remove = useChange(DeleteChannel)
  const confirmed = async ({ id, slug }: FoundChannel['channel']): Promise<void> => {
    if (!(await remove.make({ channel: id, confirm: slug! }))) return
    ask(null)
    say(`${slug} has been deleted.`)
    onDeleted()
  }
  return (
    <section className={place.form} aria-label="Delete a channel">
      <h2>Delete a channel</h2>
      <p className={place.intro}>
        Deletes everything stored about a channel: names, broadcasts, events, viewers, chat, deliveries, follows, claims
        and archives.
      </p>
      <FindChannel label="Channel">
        {(channel) =>
          channel.slug ? (
            <Button
              kind="wrong"
              onClick={() => {
                remove.clear()
                say(null)
                ask(channel)
              }}
            >
              Delete {channel.slug}…
            </Button>
          ) : (
            <span className={place.quiet}>It has no handle right now, so delete it on the command line.</span>
          )
        }
      </FindChannel>
      <Outcome of={{ refusal: null, done: said }} />
      {asked && (
        <Confirm
          title={`Delete ${asked.slug}?`}
          typed={asked.slug!}
          action={`Delete ${asked.slug} for good`}
          change={remove}
          onConfirm={() => void confirmed(asked)}
          onClose={() => ask(null)}
        >
          <p>The channel is deleted with its whole history and is no longer watched.</p>
          <p>This cannot be undone.</p>
        </Confirm>
      )}
    </section>
  )
}
