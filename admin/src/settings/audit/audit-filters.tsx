import { type FormEvent, useEffect, useState } from 'react'
import { Button } from '../../parts/control/button.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import { Field } from '../../parts/control/field.tsx'
import place from '../settings.module.css'
import { useSettingsSearch } from '../use-settings-search.ts'

type Texts = { subject: string; action: string; target: string }

const fields: readonly (readonly [keyof Texts, string, string])[] = [
  ['action', 'Action', 'such as channel.track'],
  ['subject', 'Who', 'such as key:01J…'],
  ['target', 'Target', 'such as channel:42'],
]

/** What of the log is shown. The server compares whole texts, so they are sent when they are complete. */
export const AuditFilters = () => {
  const { search, change } = useSettingsSearch()
  const { side, subject = '', action = '', target = '' } = search
  const [texts, setTexts] = useState<Texts>({ subject, action, target })
  useEffect(() => setTexts({ subject, action, target }), [subject, action, target])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const trimmed = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.trim() || undefined]))
    change({ ...trimmed, after: undefined })
  }
  const isSet = Boolean(side || subject || action || target)
  return (
    <form className={place.line} aria-label="Filters" onSubmit={submit}>
      {fields.map(([name, label, hint]) => (
        <Field
          key={name}
          label={label}
          placeholder={hint}
          value={texts[name]}
          onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
        />
      ))}
      <Choice
        label="What was changed"
        value={side ?? ''}
        choices={[
          ['', 'Everything'],
          ['DM', 'Channels and what happens on them'],
          ['PUBLIC', 'Streamers, claims, settings, keys'],
        ]}
        onChoose={(chosen) => change({ side: chosen || undefined, after: undefined })}
      />
      <Button type="submit">Filter</Button>
      {isSet && (
        <Button
          kind="quiet"
          onClick={() =>
            change({ side: undefined, subject: undefined, action: undefined, target: undefined, after: undefined })
          }
        >
          Show everything
        </Button>
      )}
    </form>
  )
}
