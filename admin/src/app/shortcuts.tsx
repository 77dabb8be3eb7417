import { useEffect, useRef } from 'react'
import { Button } from '../parts/control/button.tsx'
import { isTyping } from '../view/is-typing.ts'
import { useView } from '../view/view.tsx'
import { keysDialogId } from './keys-dialog.ts'
import styles from './shortcuts.module.css'

const keys: readonly (readonly [key: string, what: string])[] = [
  ['Ctrl or ⌘ K', 'Search for a channel, a place or an action'],
  ['?', 'Show these keys'],
  ['z', 'Freeze the range to fixed instants, to share the link'],
  ['j k ↑ ↓', 'Move between the rows of a table; Enter opens the row'],
  ['u', 'Apply the changes that wait, such as a new order'],
  ['p', 'Pause or go on, where something runs by'],
  ['← →', 'Move the crosshair of a chart; with Shift by ten, Home and End to its ends'],
  ['+ −', 'Zoom into a chart at the crosshair, and out again'],
  ['Drag', 'Zoom into a part of a chart; a double click zooms out'],
  ['t', 'Show the numbers of a chart as a table, or of all charts'],
  ['Esc', 'Close what is open'],
]

/** The keys of the whole panel, and the page that shows them. */
export const Shortcuts = () => {
  const dialog = useRef<HTMLDialogElement>(null)
  const { freeze } = useView()
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (isTyping(event)) return
      if (event.key === '?') dialog.current?.showModal()
      if (event.key === 'z') freeze()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [freeze])
  return (
    <>
      <span className={styles.opener}>
        <Button kind="quiet" aria-label="Keys" title="Keys (?)" onClick={() => dialog.current?.showModal()}>
          ?
        </Button>
      </span>
      <dialog ref={dialog} id={keysDialogId} className={styles.dialog} aria-labelledby="keys" closedby="any">
        <h2 id="keys">Keys</h2>
        <dl className={styles.keys}>
          {keys.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <Button type="submit">Close</Button>
        </form>
      </dialog>
    </>
  )
}
