import type { ReactNode } from 'react'
import styles from './views.module.css'

/** How a link of `Views` looks. */
export const viewLink = styles.view

/** The lists that a place has, of which one is shown: a link for each, with `aria-current` on the one that is. */
export const Views = ({ label, children }: { label: string; children: ReactNode }) => (
  <nav className={styles.views} aria-label={label}>
    {children}
  </nav>
)
