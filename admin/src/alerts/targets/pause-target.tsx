import { useState } from 'react'
import { PauseAlertTarget, ResumeAlertTarget } from '../../../generated/alerts.ts'
import type { AlertTargetLineFragment } from '../../../generated/graphql.ts'
import { Confirm } from '../../parts/confirm/confirm.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Field } from '../../parts/control/field.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import { counted } from '../../view/format.ts'
import { isolated } from '../../view/seen-text.ts'
import styles from '../alerts.module.css'
import own from './targets.module.css'

/** Pauses a target, or resumes it. */
export const PauseTarget = ({ target }: { target: AlertTargetLineFragment }) => {
  const { id, pausedAt, waiting } = target
  const name = isolated(target.name)
  const [isAsking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const pause = useChange(PauseAlertTarget)
  const resume = useChange(ResumeAlertTarget, () => 'It is resumed. What waited is sent in order.')
  const confirmed = async (): Promise<void> => {
    if (!(await pause.make({ id, reason }))) return
    setAsking(false)
    setReason('')
    resume.clear()
  }
  return (
    <section className={own.action} aria-label="Pause">
      <div className={styles.line}>
        {pausedAt ? (
          <Button kind="main" busy={resume.busy} onClick={() => void resume.make({ id })}>
            Resume
          </Button>
        ) : (
          <Button onClick={() => setAsking(true)}>Pause…</Button>
        )}
        <p className={styles.quiet}>
          {pausedAt
            ? waiting > 0
              ? `${counted(waiting, 'alerts')} ${waiting === 1 ? 'waits and is' : 'wait and are'} sent in order.`
              : 'Nothing waits for it.'
            : 'Nothing is sent while it is paused, and nothing is lost.'}
        </p>
      </div>
      <Outcome of={resume} />
      {isAsking && (
        <Confirm
          title={`Pause ${name}?`}
          action={`Pause ${name}`}
          change={pause}
          onConfirm={() => void confirmed()}
          onClose={() => {
            setAsking(false)
            pause.clear()
          }}
        >
          <p>What is told meanwhile waits, and is sent in order when it is resumed.</p>
          <Field
            label="Why, for those who wonder"
            longest={200}
            required
            value={reason}
            onChange={({ target: field }) => setReason(field.value)}
          />
        </Confirm>
      )}
    </section>
  )
}
