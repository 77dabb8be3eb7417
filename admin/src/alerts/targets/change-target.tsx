import { useState } from 'react'
import { UpdateAlertTarget } from '../../../generated/alerts.ts'
import type { AlertTargetLineFragment } from '../../../generated/graphql.ts'
import { Button } from '../../parts/control/button.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import { Ago } from '../../parts/time/ago.tsx'
import { isolated } from '../../view/seen-text.ts'
import styles from '../alerts.module.css'
import { OthersText } from '../others-text.tsx'
import { secretsOf, settingsOf, targetDraftOf } from './target-draft.ts'
import { TargetForm } from './target-form.tsx'

type Props = { target: AlertTargetLineFragment; onClose(): void }

/** In one order, because none means another thing in another. */
const settingsText = (settings: unknown): string =>
  Object.entries(settings as Record<string, unknown>)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.toSorted().join(', ') : value}`)
    .toSorted()
    .join('; ')

/** Changes a target. Who else changed it meanwhile is told, and nothing of theirs is overwritten unasked. */
export const ChangeTarget = ({ target, onClose }: Props) => {
  const [base] = useState(target.version)
  const [draft, setDraft] = useState(() => targetDraftOf(target))
  const update = useChange(UpdateAlertTarget)
  const name = draft.name.trim()
  const save = async (expectedVersion: number): Promise<void> => {
    const change = { name, settings: settingsOf(draft), secrets: secretsOf(draft), expectedVersion }
    if (await update.make({ id: target.id, ...change })) onClose()
  }
  const theirs = update.refusal?.current ?? null
  const [yours, other] = [settingsText(settingsOf(draft)), theirs && settingsText(theirs.settings)]
  return (
    <TargetForm
      label={`Change ${isolated(target.name)}`}
      action={`Save ${isolated(name || target.name)}`}
      draft={draft}
      isNew={false}
      busy={update.busy}
      onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
      onSubmit={() => void save(base)}
      onClose={onClose}
    >
      {theirs ? (
        <div className={styles.note} data-tone="warn" role="alert">
          <p>
            <OthersText text={theirs.updatedBy} /> changed this target <Ago at={theirs.updatedAt} />, while you were
            editing. Their name is <OthersText text={theirs.name} />, yours is <OthersText text={name} />.
            {yours !== other && ` Their settings are: ${other || 'none'}. Yours are: ${yours || 'none'}.`} Secrets are
            not shown, and may differ too.
          </p>
          <div className={styles.buttons}>
            <Button busy={update.busy} onClick={() => void save(theirs.version)}>
              Save yours over theirs
            </Button>
            <Button disabled={update.busy} onClick={onClose}>
              Keep theirs
            </Button>
          </div>
        </div>
      ) : (
        <Outcome of={update} />
      )}
    </TargetForm>
  )
}
