import { useState } from 'react'
import { Dialog } from '../parts/dialog/dialog.tsx'
import { TrackForm } from './track-form.tsx'

type Props = {
  /** What the address says of it: "@" and the handle; without it the form is closed. */
  about: string | undefined
  onClose(): void
}

/** The form over the list. It stays until a channel that is asked for was found or not. */
export const TrackDialog = ({ about, onClose }: Props) => {
  const [isHeld, hold] = useState(false)
  return (
    about !== undefined && (
      <Dialog title="Track a channel" isLight isHeld={isHeld} onClose={onClose}>
        <TrackForm handle={about.replace(/^@/, '')} onBusy={hold} onCancel={onClose} />
      </Dialog>
    )
  )
}
