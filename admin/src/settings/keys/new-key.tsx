import { type FormEvent, useEffect, useState } from 'react'
import { CreateApiKey } from '../../../generated/access.ts'
import type { KeyLineFragment } from '../../../generated/graphql.ts'
import type { Role } from '../../data/api.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import { Field } from '../../parts/control/field.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import { SecretOnce } from '../../parts/secret-once/secret-once.tsx'
import { useView } from '../../view/view.tsx'
import place from '../settings.module.css'
import { dateIn, endOfDay } from './expiry.ts'
import { MaybeMade } from './maybe-made.tsx'

const roles: readonly (readonly [Role, string])[] = [
  ['OPERATOR', 'Operator: no keys, no settings'],
  ['ADMIN', 'Administrator: everything'],
  ['PUBLIC', 'Public: what anybody sees'],
]

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
  const isOver = made !== null && keys.some(({ id, revokedAt }) => id === made.id && revokedAt !== null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever closes may be made anew at each drawing.
  useEffect(() => {
    if (isOver) onClose()
  }, [isOver])

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const wanted = name.trim()
    setTried({ name: wanted, before: new Set(keys.map(({ id }) => id)) })
    const answer = await create.make({ name: wanted, role, expiresAt: endOfDay(date, zone) })
    if (!answer) return
    setMade({ id: answer.key.id, name: answer.key.name, secret: answer.secret })
    onMade()
  }
  // A key that nobody was shown: the answer was lost, or the browser sent it again when the connection broke.
  const unseen = tried
    ? keys.filter(({ id, name: one }) => one === tried.name && !tried.before.has(id) && id !== made?.id)
    : []
  if (isOver) return null
  if (made)
    return (
      <>
        {unseen.length > 0 && <MaybeMade name={made.name} made={unseen} onRevoke={onRevoke} />}
        <SecretOnce title={`The key of ${made.name}`} secret={made.secret} onDone={onClose}>
          <p>
            It is shown here and never again. Give this to your colleague by a way that nobody else reads. They sign in
            with it at {location.origin}/sign-in; programs send it as <code>Authorization: Bearer …</code>.
          </p>
        </SecretOnce>
      </>
    )
  return (
    <form className={place.form} aria-label="Make a key" onSubmit={(event) => void submit(event)}>
      <div className={place.line}>
        <Field
          label="Name: who or what gets it"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Choice label="Role" value={role} choices={roles} onChoose={(chosen) => setRole(chosen)} />
        <Field
          label={`Last day, in ${zone}`}
          type="date"
          min={dateIn(Date.now(), zone)}
          value={date}
          onChange={(event) => setDate(event.target.value)}
        />
      </div>
      <p className={place.quiet}>Without a last day it is valid until it is revoked.</p>
      <Outcome of={create} />
      {tried && create.refusal?.code === 'LOST' && <MaybeMade name={tried.name} made={unseen} onRevoke={onRevoke} />}
      <div className={place.buttons}>
        <Button type="submit" kind="main" busy={create.busy} disabled={name.trim() === ''}>
          {name.trim() ? `Make a key for ${name.trim()}` : 'Make a key'}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  )
}
