import type { ReactNode } from 'react'
import styles from './operations.module.css'

/** A part of the state of now, with an address of its own. */
export const Section = ({ id, title, note, children }: SectionProps) => (
  <section id={id} className={styles.section} aria-labelledby={`${id}-title`}>
    <h2 id={`${id}-title`} className={styles.title}>
      {title}
      {note && <span className={styles.note}>{note}</span>}
    </h2>
    {children}
  </section>
)

type SectionProps = { id: string; title: string; note?: ReactNode; children: ReactNode }

/** A plain table of a section: heads, and rows of cells. */
export const Grid = ({ heads, children }: { heads: readonly string[]; children: ReactNode }) => (
  <div className={styles.scroll}>
    <table className={styles.grid}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
)
