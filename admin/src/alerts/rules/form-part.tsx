import { type ReactNode, useEffect, useRef } from 'react'
import type { RuleDraft } from './rule-draft.ts'
import styles from './rules.module.css'

/** A refusal of the server, with the argument that it is about where that is knstyles. */
export type Refused = { message: string; argument?: string | undefined } | null

/** What each part of the form gets. */
export type FieldsProps = { draft: RuleDraft; refusal: Refused; onChange(part: Partial<RuleDraft>): void }

type Props = {
  title: string
  /** The arguments of the API that it is about: a refusal of one of them is shown here. */
  about: readonly string[]
  refusal: Refused
  children: ReactNode
}

/** A part of a form, with the refusal of what stands in it. */
export const Part = ({ title, about, refusal, children }: Props) => {
  const told = useRef<HTMLParagraphElement>(null)
  const own = refusal?.argument !== undefined && about.includes(refusal.argument) ? refusal : null
  // The button may be far below.
  useEffect(() => {
    if (own) told.current!.scrollIntoView({ block: 'center' })
  }, [own])
  return (
    <fieldset className={styles.part}>
      <legend>{title}</legend>
      {children}
      {own && (
        <p ref={told} className={styles.wrong} role="alert">
          {own.message}
        </p>
      )}
    </fieldset>
  )
}
