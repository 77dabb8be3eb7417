import { type ReactNode, useEffect, useState } from 'react'
import { giveUp } from '../../data/give-up.ts'
import styles from './states.module.css'

const shownAfterMs = 150
const givenUpAfterMs = 2_000

/** Since how long something has been going on: not worth showing, worth showing, or long enough to offer a way out. */
const useWorking = (busy: boolean): 'no' | 'short' | 'shown' | 'long' => {
  const [state, setState] = useState<'short' | 'shown' | 'long'>('short')
  useEffect(() => {
    if (!busy) return setState('short')
    const timers = [
      setTimeout(() => setState('shown'), shownAfterMs),
      setTimeout(() => setState('long'), givenUpAfterMs),
    ]
    return () => {
      for (const timer of timers) clearTimeout(timer)
    }
  }, [busy])
  return busy ? state : 'no'
}

/** What is there while it is asked for again: it stays, and is marked as being renewed. After two seconds it can be given up. */
export const Renewing = ({ busy, children }: { busy: boolean; children: ReactNode }) => {
  const working = useWorking(busy)
  return (
    <div className={styles.renewing} data-working={working} aria-busy={busy}>
      {working === 'long' && (
        <div className={styles.giveUp} role="status">
          Still loading.
          <button type="button" className={styles.giveUpButton} onClick={giveUp}>
            Give up
          </button>
        </div>
      )}
      {children}
    </div>
  )
}
