import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import styles from './dialog.module.css'

type Props = {
  title: ReactNode
  /** Beside the title. */
  action?: ReactNode
  /** For a few sentences, for a form, or for a table. */
  size?: 'small' | 'medium' | 'large'
  /** Whether a click beside it closes it too: where nothing is lost by that. */
  isLight?: boolean
  /** It stays open: while something is under way whose end it tells. */
  isHeld?: boolean
  onClose(): void
  children: ReactNode
}

/** Something over the page that has to be closed first. It is there as long as it is drawn; then the focus goes back to where it was. */
export const Dialog = ({
  title,
  action,
  size = 'medium',
  isLight = false,
  isHeld = false,
  onClose,
  children,
}: Props) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useLayoutEffect(() => {
    const shown = dialog.current!
    shown.showModal()
    return () => shown.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      data-size={size}
      aria-labelledby={heading}
      closedby={isHeld ? 'none' : isLight ? 'any' : 'closerequest'}
      onCancel={(event) => {
        event.preventDefault()
        if (!isHeld) onClose()
      }}
      onClose={() => {
        if (dialog.current?.open) return
        if (isHeld) dialog.current?.showModal()
        else onClose()
      }}
    >
      <header className={styles.head}>
        <h2 id={heading}>{title}</h2>
        {action}
      </header>
      {children}
    </dialog>
  )
}
