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

// So many columns fit everywhere.
const few = 3

/** A plain table of a section: heads, and rows of cells. Where it is too narrow for them, each row is a list of its cells with their heads. */
export const Grid = ({ heads, children }: { heads: readonly string[]; children: ReactNode }) => (
  <div className={styles.frame}>
    <table className={styles.grid} data-stacks={heads.length > few}>
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

type CellProps = { head: string; wrong?: boolean; children: ReactNode }

/** A cell of a `Grid`, which knows its head. */
export const Cell = ({ head, wrong = false, children }: CellProps) => (
  <td data-head={head} data-wrong={wrong}>
    <div>{children}</div>
  </td>
)
