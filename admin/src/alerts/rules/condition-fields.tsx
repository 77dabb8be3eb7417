import { Choice } from '../../parts/control/choice.tsx'
import { Field } from '../../parts/control/field.tsx'
import { LinesField } from '../../parts/control/lines-field.tsx'
import styles from '../alerts.module.css'
import { type FieldsProps, Part } from './form-part.tsx'
import { scoreProblem, viewersProblem } from './rule-problems.ts'
import own from './rules.module.css'

const factors = [
  ['', 'not asked'],
  ['1.5', '1.5 times the usual'],
  ['2', '2 times the usual'],
  ['3', '3 times the usual'],
  ['5', '5 times the usual'],
  ['10', '10 times the usual'],
] as const

const conditional = ['TITLE_CHANGED', 'CATEGORY_CHANGED', 'VIEWERS_PASSED', 'TRUST_FELL', 'JOB_FAILED'] as const

/** What more must be true of the events that were chosen. */
export const ConditionFields = ({ draft, refusal, onChange }: FieldsProps) => {
  const { kinds } = draft
  if (!conditional.some((kind) => kinds.includes(kind))) return null
  return (
    <Part title="Only if" about={['conditions']} refusal={refusal}>
      {kinds.includes('TITLE_CHANGED') && (
        <div className={own.wide}>
          <LinesField
            label="The title has one of these in it, one a line"
            placeholder="Any title"
            value={draft.titles}
            onChange={({ target }) => onChange({ titles: target.value })}
          />
        </div>
      )}
      {kinds.includes('CATEGORY_CHANGED') && (
        <div className={own.wide}>
          <LinesField
            label="The category is one of these, one a line"
            placeholder="Any category"
            value={draft.categories}
            onChange={({ target }) => onChange({ categories: target.value })}
          />
        </div>
      )}
      {kinds.includes('VIEWERS_PASSED') && (
        <>
          <div className={styles.row}>
            <Field
              label="Viewers reach"
              inputMode="numeric"
              placeholder="such as 250 or 1500"
              value={draft.viewers}
              wrong={viewersProblem(draft.viewers)}
              onChange={({ target }) => onChange({ viewers: target.value })}
            />
            <Choice
              label="or so much more than usual"
              value={draft.timesUsual}
              choices={factors}
              onChoose={(timesUsual) => onChange({ timesUsual })}
            />
          </div>
          <p className={styles.quiet}>
            The usual is the median of the last ten broadcasts. Each is told once in a broadcast.
          </p>
        </>
      )}
      {kinds.includes('TRUST_FELL') && (
        <div className={styles.row}>
          <Field
            label="The score falls below"
            inputMode="numeric"
            placeholder="Any fall"
            value={draft.scoreBelow}
            wrong={scoreProblem(draft.scoreBelow)}
            onChange={({ target }) => onChange({ scoreBelow: target.value })}
          />
        </div>
      )}
      {kinds.includes('JOB_FAILED') && (
        <div className={own.wide}>
          <LinesField
            label="The job is one of these, one a line"
            placeholder="Any job"
            value={draft.jobs}
            onChange={({ target }) => onChange({ jobs: target.value })}
          />
        </div>
      )}
    </Part>
  )
}
