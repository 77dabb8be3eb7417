import { type TextareaHTMLAttributes, useEffect, useId, useRef } from 'react'
import styles from './control.module.css'

type Props = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'maxLength' | 'value'> & {
  label: string
  value: string
  /** Why what stands in it is not taken: shown beside it, and its form is not sent. */
  wrong?: string | null
}

/** Texts to type, one a line, with their label. */
export const LinesField = ({ label, wrong = null, ...more }: Props) => {
  const area = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  useEffect(() => area.current!.setCustomValidity(wrong ?? ''), [wrong])
  return (
    <label className={styles.label}>
      <span id={`${id}-name`}>{label}</span>
      <textarea
        ref={area}
        rows={2}
        spellCheck={false}
        {...(wrong && { 'aria-invalid': true, 'aria-describedby': `${id}-note`, 'aria-labelledby': `${id}-name` })}
        {...more}
        className={styles.lines}
      />
      {wrong && (
        <span id={`${id}-note`} className={styles.wrong} role="alert">
          {wrong}
        </span>
      )}
    </label>
  )
}
