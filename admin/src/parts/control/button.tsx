import type { ComponentProps, MouseEvent } from 'react'
import styles from './control.module.css'

type Props = ComponentProps<'button'> & {
  /** `main` for the one thing to do next, `wrong` for what destroys something. */
  kind?: 'plain' | 'main' | 'wrong' | 'quiet'
  /** It works on it: said to everybody, and not pressed twice. */
  busy?: boolean
}

const ignore = (event: MouseEvent): void => event.preventDefault()

/** A button that says what will happen. While it is busy it is not pressed again, and keeps the focus, which a disabled one loses. */
export const Button = ({ kind = 'plain', busy = false, children, ...more }: Props) => (
  <button
    type="button"
    {...more}
    className={styles.button}
    data-kind={kind}
    aria-busy={busy}
    aria-disabled={busy || undefined}
    onClick={busy ? ignore : more.onClick}
  >
    {children}
  </button>
)
