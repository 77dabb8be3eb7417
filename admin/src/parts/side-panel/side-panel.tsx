import { type ReactNode, useEffect, useRef } from 'react'
import { isTyping } from '../../view/is-typing.ts'
import { Button } from '../control/button.tsx'
import styles from './side-panel.module.css'

type Props = {
  /** What it is, for those who do not see it. */
  label: string
  title: ReactNode
  /** Whether what it shows is there. */
  ready: boolean
  onClose(): void
  children: ReactNode
}

/** The row of a list that is open, beside the list; in a narrow window over it. Escape closes it, and the focus goes back to where it was. */
export const SidePanel = ({ label, title, ready, onClose, children }: Props) => {
  const heading = useRef<HTMLHeadingElement>(null)
  const panel = useRef<HTMLElement>(null)

  useEffect(() => {
    const before = document.activeElement
    heading.current?.focus({ preventScroll: true })
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])

  // Below what stands above the list little of it would be in sight.
  useEffect(() => {
    if (ready && panel.current!.getBoundingClientRect().top > innerHeight / 3) panel.current!.scrollIntoView()
  }, [ready])

  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !isTyping(event) && !document.querySelector('dialog[open]')) onClose()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [onClose])

  return (
    <aside ref={panel} className={styles.panel} aria-label={label} data-ready={ready}>
      <header className={styles.head}>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <Button kind="quiet" onClick={onClose} title="Key: Esc">
          Close
        </Button>
      </header>
      {children}
    </aside>
  )
}
