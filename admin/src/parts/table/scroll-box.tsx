import type { ReactNode } from 'react'
import styles from './scroll-box.module.css'

/** A box for a table that may be wider than its place. An edge is shaded while there is more behind it. */
export const ScrollBox = ({ children }: { children: ReactNode }) => <div className={styles.box}>{children}</div>
