import { useState } from 'react'
import { TestAlertTarget } from '../../../generated/alerts.ts'
import type { TestAlertTargetMutation } from '../../../generated/graphql.ts'
import { Button } from '../../parts/control/button.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import styles from '../alerts.module.css'
import { Answer } from '../answer.tsx'
import own from './targets.module.css'

type Answered = Extract<TestAlertTargetMutation['testAlertTarget'], { __typename: 'TestAlertTargetSuccess' }>

/** Sends a test at once, and shows what was answered. */
export const TestTarget = ({ id }: { id: string }) => {
  const [answered, setAnswered] = useState<Answered | null>(null)
  const change = useChange(TestAlertTarget)
  const test = async (): Promise<void> => {
    setAnswered(null)
    setAnswered(await change.make({ id }))
  }
  return (
    <section className={own.action} aria-label="Test">
      <div className={styles.line}>
        <Button busy={change.busy} onClick={() => void test()}>
          Send a test
        </Button>
        <p className={styles.quiet}>It says that it is a test, and is sent at once, also while the target is paused.</p>
      </div>
      <Outcome of={change} />
      {answered && (
        <div role="status">
          <Answer of={answered} />
        </div>
      )}
    </section>
  )
}
