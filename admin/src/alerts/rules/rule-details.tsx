import { useState } from 'react'
import { AlertRule, DeleteAlertRule, UpdateAlertRule } from '../../../generated/alerts.ts'
import { useRenewed } from '../../data/use-renewed.ts'
import { Confirm } from '../../parts/confirm/confirm.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { Message } from '../../parts/states/message.tsx'
import { ProblemMessage } from '../../parts/states/problem-message.tsx'
import { Skeleton } from '../../parts/states/skeleton.tsx'
import { StaleNote } from '../../parts/table/stale-note.tsx'
import { isolated } from '../../view/seen-text.ts'
import styles from '../alerts.module.css'
import { Trial } from '../trial/trial.tsx'
import { useAlertsSearch } from '../use-alerts-search.ts'
import { AllRules } from './all-rules.tsx'
import { ChangeRule } from './change-rule.tsx'
import { switched } from './rule-draft.ts'
import { RuleFacts } from './rule-facts.tsx'
import { RuleName } from './rule-name.tsx'

/** One rule: what it tells, what it would have told, and what can be done with it. */
export const RuleDetails = ({ id, onReady }: SectionProps & { id: string }) => {
  const { search, change } = useAlertsSearch()
  const { data, problem, renew } = useRenewed(AlertRule, { id })
  const [isAsking, setAsking] = useState(false)
  const remove = useChange(DeleteAlertRule)
  const toggle = useChange(UpdateAlertRule, ({ rule }) =>
    rule.isEnabled ? 'It tells from now on.' : 'It tells nothing now.',
  )
  useReady(data !== null || problem !== null, onReady)
  if (!data) return problem ? <ProblemMessage problem={problem} onRetry={renew} /> : <Skeleton />
  const { alertRule: rule } = data
  if (!rule)
    return (
      <Message title="There is no such rule" action={<AllRules />}>
        It may have been deleted.
      </Message>
    )
  const { name, isEnabled, version } = rule
  const shown = isolated(name)
  const input = switched(rule, !isEnabled)
  const confirmed = async (): Promise<void> => {
    if (await remove.make({ id })) change({ rule: undefined, edit: undefined })
  }
  const stopEditing = (): void => change({ edit: undefined })
  return (
    <section className={place.section} aria-label={name}>
      <p>
        <AllRules />
      </p>
      <div className={styles.head}>
        <h2 className={styles.name}>
          <RuleName rule={rule} />
        </h2>
        {!search.edit && (
          <div className={styles.buttons}>
            {input && (
              <Button
                busy={toggle.busy}
                onClick={() => void toggle.make({ id, rule: input, expectedVersion: version })}
              >
                {isEnabled ? 'Disable' : 'Enable'}
              </Button>
            )}
            <Button onClick={() => change({ edit: 'yes' })}>Change</Button>
            <Button kind="wrong" onClick={() => setAsking(true)}>
              Delete
            </Button>
          </div>
        )}
      </div>
      <Outcome of={toggle} />
      {problem && <StaleNote problem={problem} onRetry={renew} />}
      {search.edit ? (
        <ChangeRule rule={rule} onClose={stopEditing} />
      ) : (
        <div className={styles.columns}>
          <RuleFacts rule={rule} />
          <Trial of={{ id }} />
        </div>
      )}
      {isAsking && (
        <Confirm
          title={`Delete the rule ${shown}?`}
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
            It tells nothing any more, and what still waits of it is not sent. What it told stays in the list of
            deliveries. This cannot be undone.
          </p>
        </Confirm>
      )}
    </section>
  )
}
