import { type FormEvent, type ReactNode, useState } from 'react'
import { isolated, seenText } from '../../view/seen-text.ts'
import { Button } from '../control/button.tsx'
import { Field } from '../control/field.tsx'
import { Dialog } from '../dialog/dialog.tsx'
import { Outcome } from '../mutation/outcome.tsx'
import styles from './confirm.module.css'

type Props = {
  title: string
  /** What will happen, and whether there is a way back. */
  children: ReactNode
  /** What has to be typed before it can be done: the name of what goes. Left out, the button is enough. */
  typed?: string
  /** What the button says: what will happen. */
  action: string
  /** The change that does it: its refusal is shown here. */
  change: Parameters<typeof Outcome>[0]['of'] & { busy: boolean }
  onConfirm(): void
  onClose(): void
}

/** Asks before something is destroyed. It is there as long as it is drawn; then the focus goes back to where it was. */
export const Confirm = ({ title, children, typed, action, change, onConfirm, onClose }: Props) => {
  const [text, setText] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onConfirm()
  }
  return (
    <Dialog title={title} size="small" isHeld={change.busy} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.about}>{children}</div>
        {typed !== undefined && (
          <Field
            label={`Type ${isolated(typed)} to confirm`}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <Outcome of={change} />
        <div className={styles.buttons}>
          <Button disabled={change.busy} onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            kind="wrong"
            busy={change.busy}
            disabled={typed !== undefined && seenText(text) !== seenText(typed)}
          >
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
