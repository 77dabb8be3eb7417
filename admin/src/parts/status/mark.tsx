import type { ReactNode } from 'react'
import styles from './mark.module.css'

/** How something does: well, neither well nor wrong, worth a look, or wrong. */
export type Tone = 'good' | 'quiet' | 'warn' | 'wrong'

type Props = {
  tone: Tone
  /** Well, but not quite. */
  hollow?: boolean
  /** More about it, on hover. */
  title?: string
  /** A word or two, because a colour alone says nothing. */
  children: ReactNode
}

/** How something does, as words with a mark, whose form says it too. */
export const Mark = ({ tone, hollow = false, title, children }: Props) => (
  <span className={styles.mark} data-tone={tone} data-hollow={hollow} title={title}>
    <span className={styles.dot} aria-hidden="true" />
    {children}
  </span>
)
