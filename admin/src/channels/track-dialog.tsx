import { Dialog } from '../parts/dialog/dialog.tsx'
import { TrackForm } from './track-form.tsx'

/** The form over the list. `about` is what the address says of it: "@" and the handle; without it the form is closed. */
export const TrackDialog = ({ about, onClose }: { about: string | undefined; onClose(): void }) =>
  about !== undefined && (
    <Dialog title="Track a channel" isLight onClose={onClose}>
      <TrackForm handle={about.replace(/^@/, '')} onCancel={onClose} />
    </Dialog>
  )
