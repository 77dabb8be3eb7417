import { useEffect, useRef } from 'react'
import styles from './track-form.module.css'
import { TrackForm } from './track-form.tsx'

/** The form over the list. `about` is what the address says of it: "@" and the handle; without it the form is closed. */
export const TrackDialog = ({ about, onClose }: { about: string | undefined; onClose(): void }) => {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (about !== undefined) dialog.current?.showModal()
    else dialog.current?.close()
  }, [about])
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="track" closedby="any" onClose={onClose}>
      <h2 id="track">Track a channel</h2>
      {about !== undefined && <TrackForm handle={about.replace(/^@/, '')} onCancel={onClose} />}
    </dialog>
  )
}
