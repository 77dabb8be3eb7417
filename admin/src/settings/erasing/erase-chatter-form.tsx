import { type FormEvent, useState } from 'react'
import { EraseChatter } from '../../../generated/erasing.ts'
import type { Platform } from '../../../generated/graphql.ts'
import { Confirm } from '../../parts/confirm/confirm.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import { Field } from '../../parts/control/field.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import place from '../../parts/place/sections.module.css'
import { exactNumber } from '../../view/format.ts'
import { platformNames } from '../../view/platforms.ts'
import { isolated } from '../../view/seen-text.ts'

const platforms: readonly (readonly [Platform, string])[] = [
  ['KICK', platformNames.KICK],
  ['TWITCH', platformNames.TWITCH],
  ['X', platformNames.X],
]

const counted = (text: string, one: string): string => `${exactNumber(Number(text))} ${one}${text === '1' ? '' : 's'}`

/** Erases a person from everything that is kept. */
export const EraseChatterForm = ({ onErased }: { onErased(): void }) => {
  const [platform, setPlatform] = useState<Platform>('KICK')
  const [id, setId] = useState('')
  const [isAsking, ask] = useState(false)
  const erase = useChange(
    EraseChatter,
    ({ messages, follows }) =>
      `Removed so far: ${counted(messages, 'message')} and ${counted(follows, 'follow')}. The list below shows when it is done.`,
  )
  const user = id.trim()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    erase.clear()
    ask(true)
  }
  const confirmed = async (): Promise<void> => {
    if (!(await erase.make({ platform, platformUserId: user }))) return
    ask(false)
    setId('')
    onErased()
  }
  return (
    <>
      <form className={place.form} aria-label="Erase a person" onSubmit={submit}>
        <h2>Erase a person</h2>
        <p className={place.intro}>
          Erases every message and follow of a person on the platform, archives included, and the deliveries that name
          them.
        </p>
        <div className={place.line}>
          <Choice label="Platform" value={platform} choices={platforms} onChoose={(chosen) => setPlatform(chosen)} />
          <Field
            label="User id on the platform"
            inputMode="numeric"
            value={id}
            onChange={(event) => setId(event.target.value)}
          />
          <Button type="submit" kind="wrong" disabled={user === ''}>
            {user ? `Erase ${isolated(user)}…` : 'Erase a person…'}
          </Button>
        </div>
        <Outcome of={{ refusal: null, done: erase.done }} />
      </form>
      {isAsking && (
        <Confirm
          title={`Erase the person ${isolated(user)}?`}
          typed={user}
          action={`Erase ${isolated(user)} for good`}
          change={erase}
          onConfirm={() => void confirmed()}
          onClose={() => ask(false)}
        >
          <p>
            Everything that user {user} wrote on {platformNames[platform]} is erased from every store and every archive.
          </p>
          <p>This cannot be undone.</p>
        </Confirm>
      )}
    </>
  )
}
