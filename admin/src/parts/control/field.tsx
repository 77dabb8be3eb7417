import { type InputHTMLAttributes, useEffect, useId, useRef } from 'react'
import styles from './control.module.css'
import { tooLong } from './too-long.ts'

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, 'maxLength' | 'value'> & {
  label: string
  /** The label is read out and not shown: where the place says it anyway. */
  hiddenLabel?: boolean
  value: string
  /** How many characters are taken. A longer text is refused, because a cut one would be another. */
  longest?: number
  /** Why what stands in it is not taken: shown beside it, and its form is not sent. */
  wrong?: string | null
}

/** A text to type, with its label. */
export const Field = ({ label, hiddenLabel = false, longest, wrong = null, ...more }: Props) => {
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const note = wrong ?? (longest === undefined ? null : tooLong(more.value, longest))
  useEffect(() => input.current!.setCustomValidity(note ?? ''), [note])
  return (
    <label className={styles.label}>
      <span id={`${id}-name`} className={hiddenLabel ? 'visually-hidden' : undefined}>
        {label}
      </span>
      <input
        ref={input}
        autoComplete="off"
        spellCheck={false}
        {...(note && { 'aria-invalid': true, 'aria-describedby': `${id}-note`, 'aria-labelledby': `${id}-name` })}
        {...more}
        className={styles.field}
      />
      {note && (
        <span id={`${id}-note`} className={styles.wrong} role="alert">
          {note}
        </span>
      )}
    </label>
  )
}
