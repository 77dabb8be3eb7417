import { type FormEvent, useState } from 'react'
import { CreateStreamer } from '../../../generated/streamers.ts'
import { Button } from '../../parts/control/button.tsx'
import { Field } from '../../parts/control/field.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import place from '../../parts/place/sections.module.css'
import { isolated } from '../../view/seen-text.ts'
import { useSettingsSearch } from '../use-settings-search.ts'

/** Adds a streamer, and opens them. */
export const NewStreamer = ({ onClose }: { onClose(): void }) => {
  const { change } = useSettingsSearch()
  const [name, setName] = useState('')
  const create = useChange(CreateStreamer)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const answer = await create.make({ name: name.trim() })
    if (answer) change({ streamer: answer.streamer.id, q: undefined, after: undefined })
  }
  return (
    <form className={place.form} aria-label="Add a streamer" onSubmit={(event) => void submit(event)}>
      <div className={place.line}>
        <Field label="Name" longest={100} value={name} onChange={(event) => setName(event.target.value)} />
      </div>
      <Outcome of={create} />
      <div className={place.buttons}>
        <Button type="submit" kind="main" busy={create.busy} disabled={name.trim() === ''}>
          {name.trim() ? `Add ${isolated(name.trim())}` : 'Add a streamer'}
        </Button>
        <Button disabled={create.busy} onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
