import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { DeleteChannel } from '../../generated/erasing.ts'
import { Confirm } from '../parts/confirm/confirm.tsx'
import { Button } from '../parts/control/button.tsx'
import { useChange } from '../parts/mutation/use-change.ts'
import styles from './watching.module.css'

/** Deletes the channel with everything that is kept of it, after its name was typed. */
export const DeleteChannelForm = ({ id, confirm }: { id: string; confirm: string }) => {
  const [isAsking, ask] = useState(false)
  const remove = useChange(DeleteChannel)
  const navigate = useNavigate()
  const go = async (): Promise<void> => {
    if (await remove.make({ channel: id, confirm })) await navigate({ to: '/channels' })
  }
  return (
    <section className={styles.part}>
      <h2>Delete</h2>
      <p className={styles.quiet}>Deletes everything stored about this channel. This cannot be undone.</p>
      <div>
        <Button kind="wrong" onClick={() => ask(true)}>
          Delete this channel
        </Button>
      </div>
      {isAsking && (
        <Confirm
          title={`Delete ${confirm}?`}
          typed={confirm}
          action="Delete the channel"
          change={remove}
          onConfirm={() => void go()}
          onClose={() => ask(false)}
        >
          <p>
            Its names, broadcasts, events, viewers, chat, deliveries, follows, claims and archives are deleted. This can
            not be undone.
          </p>
        </Confirm>
      )}
    </section>
  )
}
