import { useState } from 'react'
import { RotateAlertTargetKey } from '../../../generated/alerts.ts'
import type { AlertSignatureScheme, AlertTargetLineFragment } from '../../../generated/graphql.ts'
import { Confirm } from '../../parts/confirm/confirm.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import { isolated } from '../../view/seen-text.ts'
import styles from '../alerts.module.css'
import { SigningKeyOnce } from './signing-key-once.tsx'
import own from './targets.module.css'

const schemes: readonly (readonly [AlertSignatureScheme, string])[] = [
  ['V1', 'A shared secret (v1)'],
  ['V1A', 'A public key (v1a)'],
]

const overlaps = [
  ['86400', 'a day'],
  ['3600', 'an hour'],
  ['604800', 'a week'],
  ['0', 'no longer'],
] as const

type Overlap = (typeof overlaps)[number][0]

/** Replaces the key by which a target signs. A secret is shown once. */
export const RotateKey = ({ target }: { target: AlertTargetLineFragment }) => {
  const name = isolated(target.name)
  const [isAsking, setAsking] = useState(false)
  const [scheme, setScheme] = useState<AlertSignatureScheme>('V1')
  const [overlap, setOverlap] = useState<Overlap>('86400')
  const [secret, setSecret] = useState<string | null>(null)
  const rotate = useChange(
    RotateAlertTargetKey,
    () => 'The key was replaced. Receivers check with the public key above.',
  )
  const confirmed = async (): Promise<void> => {
    const answer = await rotate.make({ id: target.id, scheme, overlapSeconds: Number(overlap) })
    if (!answer) return
    setAsking(false)
    if (scheme === 'V1') setSecret(answer.signingKey)
  }
  if (secret !== null)
    return (
      <SigningKeyOnce
        name={target.name}
        signingKey={secret}
        onDone={() => {
          setSecret(null)
          rotate.clear()
        }}
      />
    )
  return (
    <section className={own.action} aria-label="Signing key">
      <div className={styles.line}>
        <Button onClick={() => setAsking(true)}>Replace the signing key…</Button>
        <p className={styles.quiet}>The old one can sign beside it for a while, so that receivers change in between.</p>
      </div>
      {!isAsking && <Outcome of={{ refusal: null, done: rotate.done }} />}
      {isAsking && (
        <Confirm
          title={`Replace the signing key of ${name}?`}
          action="Replace the key"
          change={rotate}
          onConfirm={() => void confirmed()}
          onClose={() => {
            setAsking(false)
            rotate.clear()
          }}
        >
          <Choice
            label="The receiver checks with"
            value={scheme}
            choices={schemes}
            onChoose={(one) => setScheme(one)}
          />
          <Choice
            label="The old key also signs for"
            value={overlap}
            choices={overlaps}
            onChoose={(one) => setOverlap(one)}
          />
        </Confirm>
      )}
    </section>
  )
}
