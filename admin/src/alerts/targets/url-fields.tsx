import { Check } from '../../parts/control/check.tsx'
import { Field } from '../../parts/control/field.tsx'
import styles from '../alerts.module.css'
import type { TargetDraft } from './target-draft.ts'

export type FieldsProps = { draft: TargetDraft; isNew: boolean; onChange(part: Partial<TargetDraft>): void }

const urls = {
  DISCORD: 'https://discord.com/api/webhooks/…',
  SLACK: 'https://hooks.slack.com/services/…',
  HTTP: 'https://example.com/alerts',
  EMAIL: '',
}

const kept = 'Stays as it is'

/** What a target at a URL has. */
export const UrlFields = ({ draft, isNew, onChange }: FieldsProps) => {
  const { kind, url, authorization, dropsAuthorization, threadId, mentionRoleId } = draft
  return (
    <>
      <Field
        label={`${kind === 'HTTP' ? 'URL' : 'URL of the webhook'} (kept secret)`}
        type="password"
        autoComplete="new-password"
        placeholder={isNew ? urls[kind] : kept}
        value={url}
        onChange={({ target }) => onChange({ url: target.value })}
      />
      {kind === 'DISCORD' && (
        <div className={styles.row}>
          <Field
            label="Id of a thread or post"
            inputMode="numeric"
            placeholder="None: into the channel"
            value={threadId}
            onChange={({ target }) => onChange({ threadId: target.value })}
          />
          <Field
            label="Id of a role to notify"
            inputMode="numeric"
            placeholder="Nobody"
            value={mentionRoleId}
            onChange={({ target }) => onChange({ mentionRoleId: target.value })}
          />
        </div>
      )}
      {kind === 'HTTP' && (
        <>
          {!dropsAuthorization && (
            <Field
              label="Authorization header (kept secret)"
              type="password"
              autoComplete="new-password"
              placeholder={isNew ? 'None' : kept}
              value={authorization}
              onChange={({ target }) => onChange({ authorization: target.value })}
            />
          )}
          {!isNew && (
            <Check isOn={dropsAuthorization} onChange={(isOn) => onChange({ dropsAuthorization: isOn })}>
              Send no Authorization header any more
            </Check>
          )}
          {isNew && (
            <p className={styles.quiet}>
              Requests are signed. The key to check them is shown once, when the target is added.
            </p>
          )}
        </>
      )}
    </>
  )
}
