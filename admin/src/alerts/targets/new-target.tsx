import { useEffect, useState } from 'react'
import { CreateAlertTarget } from '../../../generated/alerts.ts'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { isolated } from '../../view/seen-text.ts'
import { useAlertsSearch } from '../use-alerts-search.ts'
import { AllTargets } from './all-targets.tsx'
import { SigningKeyOnce } from './signing-key-once.tsx'
import { emptyTarget, secretsOf, settingsOf } from './target-draft.ts'
import { TargetForm } from './target-form.tsx'

type Made = { id: string; name: string; signingKey: string | null }

/** Adds a target, shows its key once, and opens it. */
export const NewTarget = ({ onReady }: SectionProps) => {
  const { change } = useAlertsSearch()
  const [draft, setDraft] = useState(emptyTarget)
  const [made, setMade] = useState<Made | null>(null)
  const create = useChange(CreateAlertTarget)
  useReady(true, onReady)
  const name = draft.name.trim()
  const submit = async (): Promise<void> => {
    const answer = await create.make({ name, kind: draft.kind, settings: settingsOf(draft), secrets: secretsOf(draft) })
    if (!answer) return
    setMade({ id: answer.target.id, name: answer.target.name, signingKey: answer.signingKey })
  }
  const done = made?.signingKey === null ? made.id : null
  // Once the key is not shown any more, nothing is lost by leaving.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it leads there once.
  useEffect(() => {
    if (done !== null) change({ target: done })
  }, [done])
  return (
    <section className={place.section} aria-label="Add a target">
      <p>
        <AllTargets />
      </p>
      {made ? (
        made.signingKey !== null && (
          <SigningKeyOnce
            name={made.name}
            signingKey={made.signingKey}
            onDone={() => setMade({ ...made, signingKey: null })}
          />
        )
      ) : (
        <TargetForm
          label="Add a target"
          action={name ? `Add ${isolated(name)}` : 'Add a target'}
          draft={draft}
          isNew
          busy={create.busy}
          onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
          onSubmit={() => void submit()}
          onClose={() => change({ target: undefined })}
        >
          <Outcome of={create} />
        </TargetForm>
      )}
    </section>
  )
}
