import { useEffect } from 'react'
import { useStore } from '../data/store.ts'
import { Button } from '../parts/control/button.tsx'
import { Dialog } from '../parts/dialog/dialog.tsx'
import { isTyping } from '../view/is-typing.ts'
import { useView } from '../view/view.tsx'
import { isMac } from './is-mac.ts'
import { keysDialog } from './keys-dialog.ts'
import styles from './shortcuts.module.css'

const groups: readonly (readonly [name: string, keys: readonly (readonly [key: string, what: string])[]])[] = [
  [
    'Everywhere',
    [
      [isMac ? '⌘ K' : 'Ctrl K', 'Search for a channel, a place or an action'],
      ['?', 'Show these shortcuts'],
      ['z', 'Use fixed times for the range, to share the link'],
      ['Esc', 'Close what is open'],
    ],
  ],
  [
    'Lists',
    [
      ['j k ↑ ↓', 'Move between the rows'],
      ['Enter', 'Open the row'],
      ['u', 'Apply waiting changes, such as a new order'],
      ['p', 'Pause or resume the chat or the inbox'],
    ],
  ],
  [
    'Charts',
    [
      ['← →', 'Move the crosshair; with Shift by ten'],
      ['Home End', 'Move it to the ends of the range'],
      ['+ −', 'Zoom in at the crosshair, and out again'],
      ['Drag', 'Zoom into a part; a double click zooms out'],
      ['t', 'Show the data as a table'],
    ],
  ],
]

const show = (): void => keysDialog.set(true)
const hide = (): void => keysDialog.set(false)

/** The keys of the whole panel, and the page that shows them. */
export const Shortcuts = () => {
  const isOpen = useStore(keysDialog)
  const { freeze } = useView()
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (isTyping(event)) return
      if (event.key === '?') show()
      // What is under a dialog does not change.
      if (event.key === 'z' && !document.querySelector('dialog[open]')) freeze()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [freeze])
  return (
    <>
      <span className={styles.opener}>
        <Button kind="quiet" aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)" onClick={show}>
          ?
        </Button>
      </span>
      {isOpen && (
        <Dialog
          title="Keyboard shortcuts"
          size="small"
          isLight
          action={<Button onClick={hide}>Close</Button>}
          onClose={hide}
        >
          {groups.map(([name, keys]) => (
            <section key={name} className={styles.group}>
              <h3>{name}</h3>
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
            </section>
          ))}
        </Dialog>
      )}
    </>
  )
}
