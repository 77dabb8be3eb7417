import type { AlertAttemptLineFragment } from '../../../generated/graphql.ts'
import { Instant } from '../../parts/time/instant.tsx'
import styles from '../alerts.module.css'
import { Answer } from '../answer.tsx'
import own from './deliveries.module.css'

/** Every attempt of a delivery, the last one first. */
export const Attempts = ({ attempts }: { attempts: readonly AlertAttemptLineFragment[] }) => (
  <section className={own.attempts} aria-label="Attempts">
    <h3>Attempts</h3>
    {attempts.length === 0 ? (
      <p className={styles.quiet}>It has not been tried yet.</p>
    ) : (
      <ol reversed start={attempts.at(-1)!.number}>
        {attempts.toReversed().map(({ number, at, ...attempt }) => (
          <li key={number} value={number}>
            <p className={styles.quiet}>
              {number}. <Instant at={at} form="seconds" />
            </p>
            <Answer of={attempt} />
          </li>
        ))}
      </ol>
    )}
  </section>
)
