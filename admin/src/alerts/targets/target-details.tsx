import { useState } from 'react'
import { AlertTargets, DeleteAlertTarget } from '../../../generated/alerts.ts'
import type { AlertTargetLineFragment } from '../../../generated/graphql.ts'
import { useCaller } from '../../data/api.tsx'
import { useRenewed } from '../../data/use-renewed.ts'
import { Confirm } from '../../parts/confirm/confirm.tsx'
import { Button } from '../../parts/control/button.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { Message } from '../../parts/states/message.tsx'
import { ProblemMessage } from '../../parts/states/problem-message.tsx'
import { Skeleton } from '../../parts/states/skeleton.tsx'
import { StaleNote } from '../../parts/table/stale-note.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import { counted } from '../../view/format.ts'
import { isolated } from '../../view/seen-text.ts'
import styles from '../alerts.module.css'
import { OthersText } from '../others-text.tsx'
import { useAlertsSearch } from '../use-alerts-search.ts'
import { AllTargets } from './all-targets.tsx'
import { ChangeTarget } from './change-target.tsx'
import { HealthMark, useIsWaiting } from './health-mark.tsx'
import { PauseTarget } from './pause-target.tsx'
import { RotateKey } from './rotate-key.tsx'
import { TargetFacts } from './target-facts.tsx'
import { healthOf } from './target-words.ts'
import own from './targets.module.css'
import { TestTarget } from './test-target.tsx'

/** How a target does, and why. */
const Health = ({ target }: { target: AlertTargetLineFragment }) => {
  const isWaiting = useIsWaiting(target)
  const { tone, why } = healthOf(target, isWaiting)
  return (
    <div className={styles.note} data-tone={tone}>
      <HealthMark target={target} />
      {why && (
        <p>
          <bdi>{why}</bdi>
        </p>
      )}
      {isWaiting && target.waitUntil && !target.pausedAt && (
        <p>
          Nothing is sent before <Instant at={target.waitUntil} form="seconds" />.
        </p>
      )}
    </div>
  )
}

type Props = { target: AlertTargetLineFragment; onGone(): void }

const DeleteTarget = ({ target: { id, name, waiting }, onGone }: Props) => {
  const [isAsking, setAsking] = useState(false)
  const remove = useChange(DeleteAlertTarget)
  const shown = isolated(name)
  const confirmed = async (): Promise<void> => {
    if (await remove.make({ id })) onGone()
  }
  return (
    <>
      <Button kind="wrong" onClick={() => setAsking(true)}>
        Delete
      </Button>
      {isAsking && (
        <Confirm
          title={`Delete the target ${shown}?`}
          typed={name}
          action={`Delete ${shown}`}
          change={remove}
          onConfirm={() => void confirmed()}
          onClose={() => {
            setAsking(false)
            remove.clear()
          }}
        >
          <p>
            It is deleted with all of its deliveries
            {waiting > 0 && `, also ${counted(waiting, 'alerts')} that ${waiting === 1 ? 'waits' : 'wait'}`}. Rules go
            on without it. This cannot be undone.
          </p>
        </Confirm>
      )}
    </>
  )
}

/** One target: how it does, what is known of it, and what can be done with it. */
export const TargetDetails = ({ id, onReady }: SectionProps & { id: string }) => {
  const { search, change } = useAlertsSearch()
  const isAdmin = useCaller().may('ADMIN')
  const { data, problem, renew } = useRenewed(AlertTargets, {})
  useReady(data !== null || problem !== null, onReady)
  if (!data) return problem ? <ProblemMessage problem={problem} onRetry={renew} /> : <Skeleton />
  const target = data.alertTargets.find((one) => one.id === id)
  if (!target)
    return (
      <Message title="There is no such target" action={<AllTargets />}>
        It may have been deleted.
      </Message>
    )
  const isEdited = search.edit !== undefined && isAdmin
  return (
    <section className={place.section} aria-label={target.name}>
      <p>
        <AllTargets />
      </p>
      <div className={styles.head}>
        <h2 className={styles.name}>
          <OthersText text={target.name} />
        </h2>
        {isAdmin && !isEdited && (
          <div className={styles.buttons}>
            <Button onClick={() => change({ edit: 'yes' })}>Change</Button>
            <DeleteTarget target={target} onGone={() => change({ target: undefined })} />
          </div>
        )}
      </div>
      {problem && <StaleNote problem={problem} onRetry={renew} />}
      {isEdited ? (
        <ChangeTarget target={target} onClose={() => change({ edit: undefined })} />
      ) : (
        <div className={styles.columns}>
          <div className={styles.lists}>
            <Health target={target} />
            <TargetFacts target={target} />
          </div>
          <div className={own.actions}>
            <TestTarget id={id} />
            <PauseTarget target={target} />
            {isAdmin && target.kind === 'HTTP' && <RotateKey target={target} />}
          </div>
        </div>
      )}
    </section>
  )
}
