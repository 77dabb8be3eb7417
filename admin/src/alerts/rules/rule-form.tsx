import { type FormEvent, type ReactNode, useState } from 'react'
import type { AlertRuleInput, AlertTargetLineFragment } from '../../../generated/graphql.ts'
import { Button } from '../../parts/control/button.tsx'
import { Check } from '../../parts/control/check.tsx'
import { Field } from '../../parts/control/field.tsx'
import styles from '../alerts.module.css'
import { Trial } from '../trial/trial.tsx'
import { ChannelFields } from './channel-fields.tsx'
import { ConditionFields } from './condition-fields.tsx'
import { EventFields } from './event-fields.tsx'
import { Part, type Refused } from './form-part.tsx'
import { QuietFields } from './quiet-fields.tsx'
import { inputOf, type RuleDraft } from './rule-draft.ts'
import { lackOf, longestName } from './rule-problems.ts'
import own from './rules.module.css'
import { TargetFields } from './target-fields.tsx'

/** The arguments whose refusals have a place in the form. */
const placed = ['name', 'kinds', 'conditions', 'channels', 'platform', 'streamer', 'quiet', 'windowSeconds', 'targets']

type Props = {
  /** What the form is called, and what its button says. */
  label: string
  action: string
  draft: RuleDraft
  /** Null while they are loaded. */
  targets: readonly AlertTargetLineFragment[] | null
  refusal: Refused
  busy: boolean
  onChange(part: Partial<RuleDraft>): void
  onSubmit(): void
  onClose(): void
  /** Instead of the buttons: a conflict to be decided. */
  children?: ReactNode
}

/** Tries what stands in the form on the past. */
const TrialOfDraft = ({ draft }: { draft: RuleDraft }) => {
  const [tried, setTried] = useState<AlertRuleInput | null>(null)
  const input = { ...inputOf(draft), name: draft.name.trim() || 'A new rule', targets: [] }
  const isOld = tried !== null && JSON.stringify(tried) !== JSON.stringify(input)
  const lack = lackOf(draft)
  return (
    <Trial of={tried && { rule: tried }}>
      <div className={styles.line}>
        {(tried === null || isOld) && (
          <Button disabled={lack !== null} onClick={() => setTried(input)}>
            {tried ? 'Try it again' : 'Try it on the past'}
          </Button>
        )}
        <p className={styles.quiet}>
          {lack ??
            (isOld
              ? 'The rule has changed since it was tried.'
              : tried === null && 'Nothing is sent and nothing is saved by trying it.')}
        </p>
      </div>
    </Trial>
  )
}

/** A rule to be made or changed, and beside it what it would have told. */
export const RuleForm = (props: Props) => {
  const { label, action, draft, targets, refusal, busy, onChange, onSubmit, onClose, children } = props
  const lack = draft.name.trim() === '' ? 'Give it a name.' : lackOf(draft)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!lack) onSubmit()
  }
  const fields = { draft, refusal, onChange }
  return (
    <div className={styles.columns}>
      <form className={own.form} aria-label={label} onSubmit={submit}>
        <Part title="Name" about={['name']} refusal={refusal}>
          <div className={own.wide}>
            <Field
              label="Name of the rule"
              hiddenLabel
              placeholder="What it is for, such as Our streamers"
              longest={longestName}
              value={draft.name}
              onChange={({ target }) => onChange({ name: target.value })}
            />
          </div>
          <Check
            isOn={draft.isEnabled}
            onChange={(isEnabled) => onChange({ isEnabled })}
            note="It tells only what happens while it is enabled."
          >
            Enabled
          </Check>
        </Part>
        <EventFields {...fields} />
        <ConditionFields {...fields} />
        <ChannelFields {...fields} />
        <QuietFields {...fields} />
        <TargetFields {...fields} targets={targets} />
        <div className={own.part}>
          {refusal && !(refusal.argument !== undefined && placed.includes(refusal.argument)) && !children && (
            <p className={own.wrong} role="alert">
              {refusal.message}
            </p>
          )}
          {children ?? (
            <div className={styles.buttons}>
              <Button type="submit" kind="main" busy={busy} disabled={lack !== null}>
                {action}
              </Button>
              <Button disabled={busy} onClick={onClose}>
                Cancel
              </Button>
              {lack && <p className={styles.quiet}>{lack}</p>}
            </div>
          )}
        </div>
      </form>
      <TrialOfDraft draft={draft} />
    </div>
  )
}
