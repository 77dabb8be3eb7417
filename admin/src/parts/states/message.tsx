import type { ReactNode } from 'react'
import styles from './states.module.css'

type Props = {
  title: string
  children?: ReactNode
  /** The one thing to do next. */
  action?: ReactNode
  wrong?: boolean
}

/** Instead of what is not there: what is the case, and the one thing to do next. */
export const Message = ({ title, children, action, wrong = false }: Props) => (
  <section className={styles.message} data-wrong={wrong} role={wrong ? 'alert' : undefined}>
    <h2>{title}</h2>
    {children && <p>{children}</p>}
    {action}
  </section>
)
