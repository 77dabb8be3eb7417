import type { FormEvent, ReactNode } from 'react'
import type { AlertTargetKind } from '../../../generated/graphql.ts'
import { Button } from '../../parts/control/button.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import { Field } from '../../parts/control/field.tsx'
import styles from '../alerts.module.css'
import { EmailFields } from './email-fields.tsx'
import { type TargetDraft, targetLack } from './target-draft.ts'
import { kindWords } from './target-words.ts'
import own from './targets.module.css'
import { UrlFields } from './url-fields.tsx'

type Props = {
  label: string
  action: string
  draft: TargetDraft
  /** Whether it is made: then its kind is chosen, and its secrets are needed. */
  isNew: boolean
  busy: boolean
  onChange(part: Partial<TargetDraft>): void
  onSubmit(): void
  onClose(): void
  /** How the last try ended. */
  children: ReactNode
}

/** A target to be made or changed. */
export const TargetForm = ({ label, action, draft, isNew, busy, onChange, onSubmit, onClose, children }: Props) => {
  const lack = targetLack(draft, isNew)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!lack) onSubmit()
  }
  const fields = { draft, isNew, onChange }
  return (
    <form className={own.targetForm} aria-label={label} onSubmit={submit}>
      <div className={styles.row}>
        {isNew && (
          <Choice
            label="Kind"
            value={draft.kind}
            choices={Object.entries(kindWords) as [AlertTargetKind, string][]}
            onChoose={(kind) => onChange({ kind })}
          />
        )}
        <Field
          label="Name"
          longest={100}
          placeholder="Who is told, such as On duty"
          value={draft.name}
          onChange={({ target }) => onChange({ name: target.value })}
        />
      </div>
      {draft.kind === 'EMAIL' ? <EmailFields {...fields} /> : <UrlFields {...fields} />}
      {children}
      <div className={styles.buttons}>
        <Button type="submit" kind="main" busy={busy} disabled={lack !== null}>
          {action}
        </Button>
        <Button disabled={busy} onClick={onClose}>
          Cancel
        </Button>
        {lack && <p className={styles.quiet}>{lack}</p>}
      </div>
    </form>
  )
}
