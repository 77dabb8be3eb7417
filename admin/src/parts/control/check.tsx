import type { ReactNode } from 'react'
import styles from './control.module.css'

type Props = {
  isOn: boolean
  onChange(isOn: boolean): void
  /** What it means that it is on, in a few more words. */
  note?: ReactNode
  children: ReactNode
}

/** Something that is or is not. */
export const Check = ({ isOn, onChange, note, children }: Props) => (
  <label className={styles.check}>
    <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
    <span>
      {children}
      {note && <span className={styles.note}>{note}</span>}
    </span>
  </label>
)
