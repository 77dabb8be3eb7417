import { useEffect } from 'react'
import type { Gap } from '../../data/follow-channels.ts'
import { shownGap } from '../../data/renewal.ts'
import { clockTime } from '../../view/format.ts'
import { useView } from '../../view/view.tsx'
import { Button } from '../control/button.tsx'
import styles from './behind-note.module.css'

/** Changes were lost: which time is meant, and how to have it right again. */
export const BehindNote = ({ behind, onReload }: { behind: Gap; onReload(): void }) => {
  const { zone } = useView()
  useEffect(() => {
    shownGap.set(behind)
    return () => shownGap.set(null)
  }, [behind])
  return (
    <div className={styles.behind} role="alert">
      <p>
        {clockTime(behind.from, zone)} to {clockTime(behind.to, zone)} may be incomplete. {behind.reason}
      </p>
      <Button onClick={onReload}>Reload these</Button>
    </div>
  )
}
