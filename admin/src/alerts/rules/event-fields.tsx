import type { AlertKind } from '../../../generated/graphql.ts'
import { Check } from '../../parts/control/check.tsx'
import styles from '../alerts.module.css'
import { kindNames } from '../kind-names.ts'
import { kindGroups } from '../kinds.ts'
import type { FieldsProps } from './form-part.tsx'
import { Part } from './form-part.tsx'
import own from './rules.module.css'

/** What is told. */
export const EventFields = ({ draft, refusal, onChange }: FieldsProps) => {
  const toggle = (kind: AlertKind, isOn: boolean): void =>
    onChange({ kinds: isOn ? [...draft.kinds, kind] : draft.kinds.filter((one) => one !== kind) })
  return (
    <Part title="Tell when" about={['kinds']} refusal={refusal}>
      {kindGroups.map(([name, kinds]) => (
        <div key={name} className={own.group}>
          <h3>{name}</h3>
          <div className={own.checks}>
            {kinds.map(([kind, means]) => (
              <Check key={kind} isOn={draft.kinds.includes(kind)} note={means} onChange={(isOn) => toggle(kind, isOn)}>
                {kindNames[kind]}
              </Check>
            ))}
          </div>
        </div>
      ))}
      {draft.kinds.length === 0 && <p className={styles.quiet}>Choose at least one.</p>}
    </Part>
  )
}
