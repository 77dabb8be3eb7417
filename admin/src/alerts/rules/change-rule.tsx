import { useState } from 'react'
import { AlertTargets, UpdateAlertRule } from '../../../generated/alerts.ts'
import type { AlertRuleWholeFragment } from '../../../generated/graphql.ts'
import { useKeptQuery } from '../../data/use-kept-query.ts'
import { useChange } from '../../parts/mutation/use-change.ts'
import { isolated } from '../../view/seen-text.ts'
import { useView } from '../../view/view.tsx'
import { Conflict } from './conflict.tsx'
import { draftOf, inputOf, toldOf } from './rule-draft.ts'
import { RuleForm } from './rule-form.tsx'

type Props = { rule: AlertRuleWholeFragment; onClose(): void }

/** Changes a rule. Who else changed it meanwhile is told, and nothing of theirs is overwritten unasked. */
export const ChangeRule = ({ rule, onClose }: Props) => {
  const { zone } = useView()
  const targets = useKeptQuery(AlertTargets, {}).data?.alertTargets ?? null
  // What editing began with: what is changed since then is somebody else's.
  const [base] = useState(rule.version)
  const [draft, setDraft] = useState(() => draftOf(rule, zone))
  const update = useChange(UpdateAlertRule)
  const save = async (expectedVersion: number): Promise<void> => {
    if (await update.make({ id: rule.id, rule: inputOf(draft), expectedVersion })) onClose()
  }
  const theirs = update.refusal?.current ?? null
  return (
    <RuleForm
      label={`Change ${isolated(rule.name)}`}
      action={`Save ${isolated(draft.name.trim() || rule.name)}`}
      draft={draft}
      targets={targets}
      refusal={update.refusal}
      busy={update.busy}
      onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
      onSubmit={() => void save(base)}
      onClose={onClose}
    >
      {theirs && (
        <Conflict
          mine={toldOf(draft, targets ?? [])}
          theirs={theirs}
          busy={update.busy}
          onOverwrite={() => void save(theirs.version)}
          onKeep={onClose}
        />
      )}
    </RuleForm>
  )
}
