import { Button } from '../../parts/control/button.tsx'
import { Dialog } from '../../parts/dialog/dialog.tsx'
import { Unknown } from '../../parts/text/unknown.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import styles from './audit.module.css'
import type { AuditLine } from './audit-line.ts'
import type { Difference } from './difference.ts'

type Props = { title: string; line: AuditLine; differences: readonly Difference[]; onClose(): void }

const Side = ({ text, reason }: { text: string | undefined; reason: string }) =>
  text === undefined ? <Unknown reason={reason} /> : <code>{text}</code>

/** One action of the log with everything that is kept of it. */
export const AuditDetails = ({ title, line, differences, onClose }: Props) => {
  const { action, target, recordedAt, subject, name, role, requestId, id } = line
  return (
    <Dialog title={title} size="large" isLight action={<Button onClick={onClose}>Close</Button>} onClose={onClose}>
      <dl className={styles.facts}>
        <dt>When</dt>
        <dd>
          <Instant at={recordedAt} form="long" /> <span className={styles.quiet}>({recordedAt})</span>
        </dd>
        <dt>Who</dt>
        <dd>
          {name ?? 'No name'}, {role.toLowerCase()} {subject && <code>{subject}</code>}
        </dd>
        <dt>Action</dt>
        <dd>
          <code>{action}</code>
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
        <p className={styles.quiet}>No further details were recorded.</p>
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
                  <Side text={before} reason="It did not exist before." />
                </td>
                <td>
                  <Side text={after} reason="It no longer exists." />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Dialog>
  )
}
