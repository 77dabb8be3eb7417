import { Children, type ComponentProps, type MouseEvent, type ReactNode } from 'react'
import styles from './control.module.css'
import { shortened } from './shortened.ts'

type Props = ComponentProps<'button'> & {
  /** `main` for the one thing to do next, `wrong` for what destroys something. */
  kind?: 'plain' | 'main' | 'wrong' | 'quiet'
  /** It works on it: said to everybody, and not pressed twice. */
  busy?: boolean
}

const ignore = (event: MouseEvent): void => event.preventDefault()

/** What is a text alone; null for what has other things in it. */
const textOf = (children: ReactNode): string | null => {
  const parts = Children.toArray(children)
  return parts.every((part) => typeof part === 'string' || typeof part === 'number') ? parts.join('') : null
}

/** A button that says what will happen. While it is busy it is not pressed again, and keeps the focus, which a disabled one loses. */
export const Button = ({ kind = 'plain', busy = false, children, ...more }: Props) => {
  const text = textOf(children)
  const short = text && shortened(text)
  return (
    <button
      type="button"
      {...(short && { 'aria-label': text, title: text })}
      {...more}
      className={styles.button}
      data-kind={kind}
      aria-busy={busy}
      aria-disabled={busy || undefined}
      onClick={busy ? ignore : more.onClick}
    >
      {short || children}
    </button>
  )
}
