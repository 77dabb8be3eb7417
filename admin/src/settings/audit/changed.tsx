import { useState } from 'react'
import { createPortal } from 'react-dom'
import { Button } from '../../parts/control/button.tsx'
import styles from './audit.module.css'
import { AuditDetails } from './audit-details.tsx'
import type { AuditLine } from './audit-line.ts'
import { fieldWords, targetText, valueWords, verbOf } from './audit-words.ts'
import { differenceOf } from './difference.ts'

const mostShown = 3

/** What an action changed, in one line of words. What the sentence of the entry says already is left out. */
export const Changed = ({ line }: { line: AuditLine }) => {
  const said = new Set(['name', 'active', 'slug', 'description', 'version', 'category', 'isEncrypted'])
  const differences = differenceOf(line.before, line.after).filter(
    ({ path, before, after }) => !said.has(path) && (before !== undefined || (after !== 'null' && path !== 'value')),
  )
  return differences.slice(0, mostShown).map(({ path, before, after }) => (
    <span key={path} className={styles.short}>
      <span className={styles.quiet}>{fieldWords(path)}</span>{' '}
      {before !== undefined && after !== undefined ? (
        <>
          {valueWords(before)} → {valueWords(after)}
        </>
      ) : after === undefined ? (
        <del>{valueWords(before!)}</del>
      ) : (
        valueWords(after)
      )}
    </span>
  ))
}

/** Opens everything that is kept of an action. */
export const Details = ({ line }: { line: AuditLine }) => {
  const [isOpen, open] = useState(false)
  const title = `${verbOf(line)} ${targetText(line)}`.trim()
  return (
    <>
      <Button kind="quiet" aria-label={`Details: ${title}`} onClick={() => open(true)}>
        Details
      </Button>
      {isOpen &&
        createPortal(
          <AuditDetails
            title={title}
            line={line}
            differences={differenceOf(line.before, line.after)}
            onClose={() => open(false)}
          />,
          document.body,
        )}
    </>
  )
}
