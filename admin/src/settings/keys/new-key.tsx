import { type FormEvent, useState } from 'react'
import { CreateApiKey } from '../../../generated/access.ts'
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

const roles: readonly (readonly [Role, string])[] = [
  ['OPERATOR', 'Operator: no keys, no settings'],
  ['ADMIN', 'Administrator: everything'],
  ['PUBLIC', 'Public: what anybody sees'],
]

type Props = {
  /** The list is to be asked for again. */
  onMade(): void
  onClose(): void
}

/** Makes a key, and shows it once. */
export const NewKey = ({ onMade, onClose }: Props) => {
  const { zone } = useView()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('OPERATOR')
  const [date, setDate] = useState('')
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null)
  const create = useChange(CreateApiKey)

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const answer = await create.make({ name: name.trim(), role, expiresAt: endOfDay(date, zone) })
    if (!answer) return
    setMade({ name: answer.key.name, secret: answer.secret })
    onMade()
  }
  if (made)
    return (
      <SecretOnce title={`The key of ${made.name}`} secret={made.secret} onDone={onClose}>
        <p>
          It is shown here and never again. Give this to your colleague by a way that nobody else reads. They sign in
          with it at {location.origin}/sign-in; programs send it as <code>Authorization: Bearer …</code>.
        </p>
      </SecretOnce>
    )
  return (
    <form className={place.form} aria-label="Make a key" onSubmit={(event) => void submit(event)}>
      <div className={place.line}>
        <Field label="Name: who or what gets it" value={name} onChange={(event) => setName(event.target.value)} />
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
      <div className={place.buttons}>
        <Button type="submit" kind="main" busy={create.busy} disabled={name.trim() === ''}>
          {name.trim() ? `Make a key for ${name.trim()}` : 'Make a key'}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  )
}
