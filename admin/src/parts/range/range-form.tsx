import { type FormEvent, useState } from 'react'
import { isRelative, printInstant } from '../../view/instant.ts'
import { instantInZone } from '../../view/instant-in-zone.ts'
import type { View } from '../../view/view.tsx'
import type { Range } from '../../view/view-search.ts'
import { isZone } from '../../view/zone.ts'
import { Button } from '../control/button.tsx'
import { Field } from '../control/field.tsx'
import styles from './range.module.css'

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')]

/** A range by its two ends, the zone, and fixed times. */
export const RangeForm = ({ view, onChoose }: { view: View; onChoose(range: Range): void }) => {
  const [from, setFrom] = useState(view.asked.from)
  const [to, setTo] = useState(view.asked.to)
  const [zone, setZone] = useState(view.zone)
  const now = Date.now()
  const [first, last] = [instantInZone(from, view.zone, now), instantInZone(to, view.zone, now)]
  const problem =
    first === null || last === null
      ? 'Write a time such as now-24h, now/d or 2026-03-12T17:00Z.'
      : first >= last
        ? 'The range must end after it begins.'
        : null
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!problem) onChoose({ from, to })
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label="From" value={from} onChange={(event) => setFrom(event.target.value.trim())} />
      <Field label="To" value={to} onChange={(event) => setTo(event.target.value.trim())} />
      {problem ? (
        <p className={styles.problem}>{problem}</p>
      ) : (
        <p className={styles.hint}>
          For example <code>now-24h</code>, <code>now/d</code> for the start of today, or <code>2026-03-12T17:00Z</code>
          .
        </p>
      )}
      <div className={styles.row}>
        <Button type="submit" kind="main" disabled={problem !== null}>
          Show this range
        </Button>
        <Button
          disabled={problem !== null || !(isRelative(from) || isRelative(to))}
          title="Key: z"
          onClick={() => onChoose({ from: printInstant(first ?? now), to: printInstant(last ?? now) })}
        >
          Use fixed times
        </Button>
      </div>
      {view.isRelative && <p className={styles.hint}>With fixed times, a shared link shows the same range tomorrow.</p>}
      <Field
        label="Time zone"
        list="zones"
        value={zone}
        onChange={(event) => {
          setZone(event.target.value)
          if (isZone(event.target.value)) view.setZone(event.target.value)
        }}
      />
      <datalist id="zones">
        {zones.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {!isZone(zone) && (
        <p className={styles.problem}>There is no time zone with this name. Write one such as Europe/Berlin.</p>
      )}
    </form>
  )
}
