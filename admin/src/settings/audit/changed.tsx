import { useState } from 'react'
import { createPortal } from 'react-dom'
import styles from './audit.module.css'
import { AuditDetails } from './audit-details.tsx'
import type { AuditLine } from './audit-line.ts'
import { differenceOf } from './difference.ts'

/** What an action changed, in one line; the whole of it in a dialog. */
export const Changed = ({ line }: { line: AuditLine }) => {
  const [isOpen, open] = useState(false)
  const differences = differenceOf(line.before, line.after)
  return (
    <>
      <button type="button" className={styles.changed} onClick={() => open(true)}>
        <span className="visually-hidden">
          What {line.action} changed at {line.target}:{' '}
        </span>
        {differences.length === 0 && <span className={styles.quiet}>no details</span>}
        {differences.slice(0, 4).map(({ path, before, after }) => (
          <span key={path} className={styles.short}>
            <span className={styles.quiet}>{path}</span>{' '}
            {before !== undefined && after !== undefined ? (
              <>
                {before} → {after}
              </>
            ) : (
              (after ?? <del>{before}</del>)
            )}
          </span>
        ))}
      </button>
      {isOpen &&
        createPortal(<AuditDetails line={line} differences={differences} onClose={() => open(false)} />, document.body)}
    </>
  )
}
