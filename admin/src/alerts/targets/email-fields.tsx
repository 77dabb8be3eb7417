import { Check } from '../../parts/control/check.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import { Field } from '../../parts/control/field.tsx'
import { LinesField } from '../../parts/control/lines-field.tsx'
import styles from '../alerts.module.css'
import type { FieldsProps } from './url-fields.tsx'

const securities = [
  ['tls', 'TLS'],
  ['starttls', 'STARTTLS'],
  ['none', 'None'],
] as const

/** What a target by mail has. */
export const EmailFields = ({ draft, isNew, onChange }: FieldsProps) => {
  const { host, port, security, from, to, user, password, dropsLogin } = draft
  return (
    <>
      <div className={styles.row}>
        <Field
          label="Mail server"
          placeholder="smtp.example.com"
          value={host}
          onChange={({ target }) => onChange({ host: target.value })}
        />
        <Field
          label="Port"
          inputMode="numeric"
          value={port}
          onChange={({ target }) => onChange({ port: target.value })}
        />
        <Choice
          label="Encryption"
          value={security}
          choices={securities}
          onChoose={(value) => onChange({ security: value })}
        />
      </div>
      <Field
        label="Sender"
        type="email"
        placeholder="alerts@example.com"
        value={from}
        onChange={({ target }) => onChange({ from: target.value })}
      />
      <LinesField
        label="Recipients, one a line, at most 20"
        placeholder="duty@example.com"
        value={to}
        onChange={({ target }) => onChange({ to: target.value })}
      />
      {!dropsLogin && (
        <div className={styles.row}>
          <Field
            label="User of the login"
            placeholder={isNew ? 'None' : 'Stays as it is'}
            value={user}
            onChange={({ target }) => onChange({ user: target.value })}
          />
          <Field
            label="Password (kept secret)"
            type="password"
            autoComplete="new-password"
            placeholder={isNew ? 'None' : 'Stays as it is'}
            value={password}
            onChange={({ target }) => onChange({ password: target.value })}
          />
        </div>
      )}
      {!isNew && (
        <Check isOn={dropsLogin} onChange={(isOn) => onChange({ dropsLogin: isOn })}>
          Log in no more
        </Check>
      )}
    </>
  )
}
