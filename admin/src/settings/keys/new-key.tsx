import { type FormEvent, useEffect, useState } from 'react'
import { CreateApiKey } from '../../../generated/access.ts'
import type { KeyLineFragment } from '../../../generated/graphql.ts'
import type { Role } from '../../data/api.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import { Field } from '../../parts/control/field.tsx'
import { AskBeforeLeaving } from '../../parts/dialog/ask-before-leaving.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import place from '../../parts/place/sections.module.css'
import { SecretOnce } from '../../parts/secret-once/secret-once.tsx'
import { isolated } from '../../view/seen-text.ts'
import { useView } from '../../view/view.tsx'
import { dateIn, lastDay, readExpiry } from './expiry.ts'
import { MaybeMade } from './maybe-made.tsx'

const roles: readonly (readonly [Role, string])[] = [
  ['OPERATOR', 'Operator'],
  ['ADMIN', 'Administrator'],
  ['PUBLIC', 'Public'],
]

const roleMeans: Record<Role, string> = {
  OPERATOR: 'An operator may do everything except manage keys and settings.',
  ADMIN: 'An administrator may do everything.',
  PUBLIC: 'A public key may read what anybody can see.',
}

type Props = {
  /** Those of the list, as they are known now. */
  keys: readonly KeyLineFragment[]
  /** The list is to be asked for again. */
  onMade(): void
  onRevoke(key: KeyLineFragment): void
  onClose(): void
}

/** Makes a key, and shows it once; a key that is revoked meanwhile is not shown any more. */
export const NewKey = ({ keys, onMade, onRevoke, onClose }: Props) => {
  const { zone } = useView()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('OPERATOR')
  const [date, setDate] = useState('')
  const [made, setMade] = useState<{ id: string; name: string; secret: string } | null>(null)
  const [tried, setTried] = useState<{ name: string; before: ReadonlySet<string> } | null>(null)
  const create = useChange(CreateApiKey)
  const { expiresAt, wrong } = readExpiry(date, zone)
  const isOver = made !== null && keys.some(({ id, revokedAt }) => id === made.id && revokedAt !== null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever closes may be made anew at each drawing.
  useEffect(() => {
    if (isOver) onClose()
  }, [isOver])

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (wrong) return
    const wanted = name.trim()
    setTried({ name: wanted, before: new Set(keys.map(({ id }) => id)) })
    const answer = await create.make({ name: wanted, role, expiresAt })
    if (!answer) return
    setMade({ id: answer.key.id, name: answer.key.name, secret: answer.secret })
    onMade()
  }
  // A key that nobody was shown: the answer was lost, or the browser sent it again when the connection broke.
  const unseen = tried
    ? keys.filter(({ id, name: one }) => one === tried.name && !tried.before.has(id) && id !== made?.id)
    : []
  const isLost = create.refusal?.code === 'LOST'
  if (isOver) return null
  if (made)
    return (
      <>
        {unseen.length > 0 && <MaybeMade name={made.name} made={unseen} onRevoke={onRevoke} />}
        <SecretOnce title={`The key of ${isolated(made.name)}`} secret={made.secret} onDone={onClose}>
          <p>
            This is the only time it is shown. Share it over a private channel. People sign in with it at{' '}
            {location.origin}/sign-in; programs send it as <code>Authorization: Bearer …</code>.
          </p>
        </SecretOnce>
      </>
    )
  return (
    <form className={place.form} aria-label="Make a key" onSubmit={(event) => void submit(event)}>
      <div className={place.line}>
        <Field
          label="Name: who or what will use it"
          longest={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Choice label="Role" value={role} choices={roles} onChoose={(chosen) => setRole(chosen)} />
        <Field
          label={`Last day, in ${zone}`}
          type="date"
          min={dateIn(Date.now(), zone)}
          max={lastDay}
          wrong={wrong}
          value={date}
          onChange={(event) => setDate(event.target.value)}
        />
      </div>
      <p className={place.quiet}>{roleMeans[role]} Without a last day the key is valid until it is revoked.</p>
      <Outcome of={create} />
      {(create.busy || isLost) && (
        <AskBeforeLeaving title="Leave before it is known whether a key was made?">
          <p>A key that nobody was shown is valid until it is revoked. The list has it once it is made.</p>
        </AskBeforeLeaving>
      )}
      {tried && isLost && <MaybeMade name={tried.name} made={unseen} onRevoke={onRevoke} />}
      <div className={place.buttons}>
        <Button type="submit" kind="main" busy={create.busy} disabled={name.trim() === ''}>
          {name.trim() ? `Make a key for ${isolated(name.trim())}` : 'Make a key'}
        </Button>
        <Button disabled={create.busy} onClick={onClose}>
          {isLost ? 'I have looked: close this' : 'Cancel'}
        </Button>
      </div>
    </form>
  )
}
