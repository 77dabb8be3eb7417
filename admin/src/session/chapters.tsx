import { Unknown } from '../parts/text/unknown.tsx'
import { Instant } from '../parts/time/instant.tsx'
import styles from './session.module.css'
import type { Session } from './use-session.ts'
import { sourceWords } from './words.ts'

/** Title and category over time. */
export const Chapters = ({ chapters }: Pick<Session, 'chapters'>) => (
  <section className={styles.part} aria-labelledby="chapters">
    <h2 id="chapters">Titles and categories</h2>
    {chapters.length === 0 && <p className={styles.quiet}>No title was reported.</p>}
    <ol className={styles.chapters}>
      {chapters.map(({ from, title, category, language, source }) => (
        <li key={from}>
          <Instant at={from} />
          <span>
            <span dir="auto">{title ?? <Unknown reason="No title was reported." />}</span>
            <span className={styles.quiet}>
              {[category, language, sourceWords(source)].filter(Boolean).join(' · ')}
            </span>
          </span>
        </li>
      ))}
    </ol>
  </section>
)
