import { Check } from '../../parts/control/check.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import { Field } from '../../parts/control/field.tsx'
import styles from '../alerts.module.css'
import { type FieldsProps, Part } from './form-part.tsx'
import { zoneProblem } from './rule-problems.ts'
import { spanText, weekDays } from './rule-words.ts'
import own from './rules.module.css'

const windows = [60, 600, 3_600, 21_600, 86_400, 604_800]

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')]

/** When it is silent. */
export const QuietFields = ({ draft, refusal, onChange }: FieldsProps) => {
  const { hasQuiet, quietFrom, quietUntil, quietZone, quietDays, windowSeconds } = draft
  const isEveryDay = quietDays.length === 0 || quietDays.length === weekDays.length
  const seconds = windowSeconds === '' ? [] : [Number(windowSeconds)]
  const choices = [...new Set([...windows, ...seconds])].sort((a, b) => a - b)
  return (
    <Part title="Stay silent" about={['quiet', 'windowSeconds']} refusal={refusal}>
      <div className={own.wide}>
        <Choice
          label="Of one channel and event, tell"
          value={windowSeconds}
          choices={[
            ['', 'every time'],
            ...choices.map((one) => [String(one), `at most once in ${spanText(one)}`] as const),
          ]}
          onChoose={(value) => onChange({ windowSeconds: value })}
        />
      </div>
      <Check
        isOn={hasQuiet}
        onChange={(isOn) => onChange({ hasQuiet: isOn })}
        note="What happens then is not told later."
      >
        Quiet hours
      </Check>
      {hasQuiet && (
        <>
          <div className={styles.row}>
            <Field
              label="From"
              type="time"
              required
              value={quietFrom}
              onChange={({ target }) => onChange({ quietFrom: target.value })}
            />
            <Field
              label="Until"
              type="time"
              required
              value={quietUntil}
              onChange={({ target }) => onChange({ quietUntil: target.value })}
            />
            <Field
              label="Time zone"
              list="quiet-zones"
              required
              value={quietZone}
              wrong={zoneProblem(quietZone)}
              onChange={({ target }) => onChange({ quietZone: target.value })}
            />
            <datalist id="quiet-zones">
              {zones.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </div>
          {quietFrom !== '' && quietFrom === quietUntil && (
            <p className={styles.quiet}>
              From {quietFrom} until {quietUntil} is 24 hours
              {isEveryDay ? ', so it would never tell anything.' : ', until the next day.'}
            </p>
          )}
          <fieldset className={own.days} aria-label="Days on which they begin">
            {weekDays.map(([day, name]) => (
              <Check
                key={day}
                isOn={quietDays.includes(day)}
                onChange={(isOn) =>
                  onChange({ quietDays: isOn ? [...quietDays, day].sort() : quietDays.filter((one) => one !== day) })
                }
              >
                {name}
              </Check>
            ))}
          </fieldset>
          <p className={styles.quiet}>
            {quietDays.length === 0
              ? 'Without a day, they are every day.'
              : 'They belong to the day on which they begin.'}
          </p>
        </>
      )}
    </Part>
  )
}
