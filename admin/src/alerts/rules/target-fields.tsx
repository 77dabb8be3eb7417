import { Link } from '@tanstack/react-router'
import type { AlertTargetLineFragment } from '../../../generated/graphql.ts'
import { useCaller } from '../../data/api.tsx'
import { Check } from '../../parts/control/check.tsx'
import styles from '../alerts.module.css'
import { OthersText } from '../others-text.tsx'
import { fresh } from '../search.ts'
import { kindWords, whereText } from '../targets/target-words.ts'
import { type FieldsProps, Part } from './form-part.tsx'
import own from './rules.module.css'

/** Who is told. */
export const TargetFields = ({
  draft,
  refusal,
  targets,
  onChange,
}: FieldsProps & { targets: readonly AlertTargetLineFragment[] | null }) => {
  const mayAdd = useCaller().may('ADMIN')
  return (
    <Part title="To" about={['targets']} refusal={refusal}>
      {targets?.length === 0 ? (
        <p className={styles.quiet}>
          There are no targets yet.{' '}
          {mayAdd ? (
            <Link to="/alerts" search={{ tab: 'targets', target: fresh }} className={styles.inText}>
              Add one
            </Link>
          ) : (
            'An administrator adds them.'
          )}{' '}
          Without a target, the rule tells nobody.
        </p>
      ) : (
        <div className={own.checks}>
          {targets?.map(({ id, ...target }) => (
            <Check
              key={id}
              isOn={draft.targets.includes(id)}
              note={[target.pausedAt && 'paused', kindWords[target.kind], whereText(target)].filter(Boolean).join(', ')}
              onChange={(isOn) =>
                onChange({ targets: isOn ? [...draft.targets, id] : draft.targets.filter((one) => one !== id) })
              }
            >
              <span className={own.lines}>
                <OthersText text={target.name} isCut />
              </span>
            </Check>
          ))}
        </div>
      )}
      {targets && targets.length > 0 && draft.targets.length === 0 && (
        <p className={styles.quiet}>Without a target, the rule tells nobody.</p>
      )}
    </Part>
  )
}
