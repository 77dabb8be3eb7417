import { useId, useLayoutEffect, useRef } from 'react'
import { Button } from '../../parts/control/button.tsx'
import { Unknown } from '../../parts/text/unknown.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import styles from './audit.module.css'
import type { AuditLine } from './audit-line.ts'
import type { Difference } from './difference.ts'

type Props = { line: AuditLine; differences: readonly Difference[]; onClose(): void }

const Side = ({ text, reason }: { text: string | undefined; reason: string }) =>
  text === undefined ? <Unknown reason={reason} /> : <code>{text}</code>

/** One action of the log with everything that is kept of it. */
export const AuditDetails = ({ line, differences, onClose }: Props) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useLayoutEffect(() => {
    const shown = dialog.current!
    shown.showModal()
    return () => shown.close()
  }, [])
  const { action, target, recordedAt, subject, name, role, requestId, id } = line
  return (
    <dialog
      ref={dialog}
      className={styles.details}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClose={() => dialog.current?.open || onClose()}
    >
      <header className={styles.detailsHead}>
        <h2 id={heading}>{action}</h2>
        <Button onClick={onClose}>Close</Button>
      </header>
      <dl className={styles.facts}>
        <dt>When</dt>
        <dd>
          <Instant at={recordedAt} long /> <span className={styles.quiet}>({recordedAt})</span>
        </dd>
        <dt>Who</dt>
        <dd>
          {name ?? 'without a name'}, {role.toLowerCase()} {subject && <code>{subject}</code>}
        </dd>
        <dt>Target</dt>
        <dd>
          <code>{target}</code>
        </dd>
        <dt>Request</dt>
        <dd>
          <code>{requestId}</code>
        </dd>
        <dt>Entry</dt>
        <dd>
          <code>{id}</code>
        </dd>
      </dl>
      {differences.length === 0 ? (
        <p className={styles.quiet}>Nothing is kept of what was there before and after.</p>
      ) : (
        <table className={styles.difference}>
          <caption className="visually-hidden">What was changed</caption>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ path, before, after }) => (
              <tr key={path}>
                <th scope="row">{path || 'value'}</th>
                <td>
                  <Side text={before} reason="It was not there." />
                </td>
                <td>
                  <Side text={after} reason="It is gone." />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </dialog>
  )
}
