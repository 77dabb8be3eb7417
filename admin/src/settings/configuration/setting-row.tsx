import { useRef, useState } from 'react'
import { DeleteConfiguration } from '../../../generated/configuration.ts'
import { Confirm } from '../../parts/confirm/confirm.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import { Ago } from '../../parts/time/ago.tsx'
import styles from './configuration.module.css'
import { SettingForm } from './setting-form.tsx'
import { settingTitle } from './setting-title.ts'
import { isUnset, type SettingLine, sourceInWords, valueInWords, withoutEntry } from './setting-words.ts'

/** The value that holds now. */
const Value = ({ setting }: { setting: SettingLine }) => {
  if (isUnset(setting)) return <span className={styles.hidden}>not set</span>
  if (setting.isSecret) return <span className={styles.hidden}>hidden</span>
  return <code className={styles.value}>{setting.value}</code>
}

type Props = {
  setting: SettingLine
  isOpen: boolean
  onOpen(isOpen: boolean): void
  /** Something was changed: the list is to be asked for again. */
  onChanged(): void
}

/** One setting: what it is, what holds and why, and what can be done with it. */
export const SettingRow = ({ setting, isOpen, onOpen, onChanged }: Props) => {
  const { key, description, isKnown, isSecret, updatedAt, updatedBy, value, version, warnings } = setting
  const title = settingTitle(key)
  const resets = isKnown ? 'Reset' : 'Remove'
  const [isAsking, ask] = useState(false)
  const [said, say] = useState<string | null>(null)
  const remove = useChange(DeleteConfiguration)
  const opener = useRef<HTMLButtonElement>(null)
  const close = (): void => {
    onOpen(false)
    opener.current?.focus()
  }
  const confirmed = async (): Promise<void> => {
    if (!(await remove.make({ key }))) return
    ask(false)
    say(`${isKnown ? 'Reset. Now' : 'Removed:'} ${withoutEntry(setting)}.`)
    onChanged()
  }
  return (
    <li className={styles.row} data-open={isOpen}>
      <div className={styles.about}>
        <h3>{title}</h3>
        <code className={styles.key}>{key}</code>
        <p className={styles.description}>{description}</p>
        {warnings.map((warning) => (
          <p key={warning} className={styles.warning}>
            <span className={styles.warningMark}>Note</span> {warning}
          </p>
        ))}
      </div>
      <div className={styles.now}>
        <Value setting={setting} />
        <span className={styles.source}>
          {sourceInWords(setting)}
          {updatedAt && (
            <>
              {' by '}
              {updatedBy}, <Ago at={updatedAt} />
            </>
          )}
        </span>
      </div>
      <div className={styles.buttons}>
        {version !== null && (
          <Button
            kind="quiet"
            aria-label={`${resets} ${title}`}
            onClick={() => {
              remove.clear()
              ask(true)
            }}
          >
            {resets}
          </Button>
        )}
        <Button
          ref={opener}
          aria-label={`Change ${title}`}
          aria-expanded={isOpen}
          onClick={() => {
            say(null)
            onOpen(!isOpen)
          }}
        >
          Change
        </Button>
      </div>
      {isOpen && (
        <SettingForm
          setting={setting}
          onClose={close}
          onSet={(sentence) => {
            say(sentence)
            close()
            onChanged()
          }}
        />
      )}
      <div className={styles.said}>
        <Outcome of={{ refusal: null, done: said }} />
      </div>
      {isAsking && (
        <Confirm
          title={`${resets} ${title}?`}
          typed={isSecret || !isKnown ? key : undefined}
          action={isKnown ? 'Reset it' : 'Remove it'}
          change={remove}
          onConfirm={() => void confirmed()}
          onClose={() => ask(false)}
        >
          <p>
            It is set to {valueInWords(value, isSecret)}. Once it is {isKnown ? 'reset' : 'removed'},{' '}
            {withoutEntry(setting)}.
          </p>
          {(isSecret || !isKnown) && <p>This cannot be undone.</p>}
        </Confirm>
      )}
    </li>
  )
}
