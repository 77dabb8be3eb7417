import { useState } from 'react'
import { AlertTargets, CreateAlertRule } from '../../../generated/alerts.ts'
import { useKeptQuery } from '../../data/use-kept-query.ts'
import { useChange } from '../../parts/mutation/use-change.ts'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { isolated } from '../../view/seen-text.ts'
import { useView } from '../../view/view.tsx'
import { useAlertsSearch } from '../use-alerts-search.ts'
import { AllRules } from './all-rules.tsx'
import { emptyDraft, inputOf } from './rule-draft.ts'
import { RuleForm } from './rule-form.tsx'

/** Makes a rule, and opens it. */
export const NewRule = ({ onReady }: SectionProps) => {
  const { change } = useAlertsSearch()
  const { zone } = useView()
  const targets = useKeptQuery(AlertTargets, {})
  const [draft, setDraft] = useState(() => emptyDraft(zone))
  const create = useChange(CreateAlertRule)
  useReady(targets.data !== null || targets.problem !== null, onReady)
  const submit = async (): Promise<void> => {
    const answer = await create.make({ rule: inputOf(draft) })
    if (answer) change({ rule: answer.rule.id })
  }
  const name = draft.name.trim()
  return (
    <section className={place.section} aria-label="Make a rule">
      <p>
        <AllRules />
      </p>
      <RuleForm
        label="Make a rule"
        action={name ? `Make the rule ${isolated(name)}` : 'Make a rule'}
        draft={draft}
        targets={targets.data?.alertTargets ?? null}
        refusal={create.refusal}
        busy={create.busy}
        onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
        onSubmit={() => void submit()}
        onClose={() => change({ rule: undefined })}
      />
    </section>
  )
}
