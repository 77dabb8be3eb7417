import { type FormEvent, useEffect, useRef, useState } from 'react'
import { SetConfiguration } from '../../../generated/configuration.ts'
import { Button } from '../../parts/control/button.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import { Field } from '../../parts/control/field.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import styles from './configuration.module.css'
import { settingTitle } from './setting-title.ts'
import { changedMeanwhile, hasWritten, type SettingLine, valueInWords } from './setting-words.ts'

type Props = {
  setting: SettingLine
  onClose(): void
  /** It was set; `sentence` says to what. */
  onSet(sentence: string): void
}

/** Writes a value for a setting. Who else set it meanwhile is told, and nothing of theirs is overwritten unasked. */
export const SettingForm = ({ setting, onClose, onSet }: Props) => {
  const { key, type, range, isSecret, category } = setting
  // What editing began with: what is changed since then is somebody else's.
  const [base] = useState(setting.version ?? 0)
  const [text, setText] = useState(isSecret ? '' : (setting.value ?? ''))
  const set = useChange(SetConfiguration)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current!.querySelector<HTMLElement>('input, select')!.focus(), [])
  const isWritten = hasWritten({ text, base, isSecret }, set.refusal, setting)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes once; whoever closes may be made anew at each drawing.
  useEffect(() => {
    if (isWritten) onSet(`Set to ${valueInWords(text, false)}.`)
  }, [isWritten])
  const theirs = set.refusal?.current ?? null
  const meanwhile = theirs ? null : changedMeanwhile(base, setting)
  const shown = isSecret ? 'the new value' : text || 'an empty text'

  const write = async (expectedVersion: number): Promise<void> => {
    const answer = await set.make({ key, value: text, category, expectedVersion })
    if (answer) onSet(isSecret ? 'The new value is set.' : `Set to ${valueInWords(answer.entry.value, false)}.`)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void write(base)
  }
  const label = range ? `${isSecret ? 'New value' : 'Value'}: ${range}` : isSecret ? 'New value' : 'Value'
  return (
    <form
      ref={form}
      className={styles.form}
      aria-label={`Change ${settingTitle(key)}`}
      onSubmit={submit}
      onKeyDown={(event) => event.key === 'Escape' && !set.busy && onClose()}
    >
      {type === 'SWITCH' ? (
        <Choice
          label={label}
          value={text}
          choices={[
            ['on', 'on'],
            ['off', 'off'],
          ]}
          onChoose={setText}
        />
      ) : (
        <Field
          label={label}
          type={isSecret ? 'password' : 'text'}
          autoComplete={isSecret ? 'new-password' : 'off'}
          inputMode={type === 'WHOLE_NUMBER' ? 'numeric' : type === 'NUMBER' ? 'decimal' : undefined}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      {meanwhile && (
        <p className={styles.warning} role="status">
          {meanwhile}
        </p>
      )}
      {theirs ? (
        <div className={styles.conflict} role="alert">
          <p>
            {theirs.updatedBy} set it to {valueInWords(theirs.value, theirs.isEncrypted)} while you were editing
            {isSecret ? '' : `; you wrote ${valueInWords(text, false)}`}.
          </p>
          <div className={styles.formButtons}>
            <Button kind="main" busy={set.busy} onClick={() => void write(theirs.version)}>
              {isSecret ? 'Overwrite theirs' : `Overwrite with ${shown}`}
            </Button>
            <Button disabled={set.busy} onClick={onClose}>
              {isSecret ? 'Keep theirs' : `Keep ${valueInWords(theirs.value, false)}`}
            </Button>
          </div>
        </div>
      ) : (
        <>
          <Outcome of={set} />
          <div className={styles.formButtons}>
            <Button
              type="submit"
              kind="main"
              busy={set.busy}
              disabled={text === (isSecret ? '' : (setting.value ?? ''))}
            >
              {`Set to ${shown}`}
            </Button>
            <Button disabled={set.busy} onClick={onClose}>
              Cancel
            </Button>
          </div>
        </>
      )}
    </form>
  )
}
