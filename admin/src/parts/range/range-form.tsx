import { type FormEvent, useState } from 'react'
import { printInstant, readInstant } from '../../view/instant.ts'
import type { View } from '../../view/view.tsx'
import type { Range } from '../../view/view-search.ts'
import { isZone } from '../../view/zone.ts'
import { Button } from '../control/button.tsx'
import { Field } from '../control/field.tsx'
import styles from './range.module.css'

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')]

/** A range by its two instants, the zone, and freezing. */
export const RangeForm = ({ view, onChoose }: { view: View; onChoose(range: Range): void }) => {
  const [from, setFrom] = useState(view.range.from)
  const [to, setTo] = useState(view.range.to)
  const [zone, setZone] = useState(view.zone)
  const now = Date.now()
  const [first, last] = [readInstant(from, now), readInstant(to, now)]
  const problem =
    first === null || last === null
      ? 'Write an instant like 2026-03-12T17:00Z or now-24h.'
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
      {problem && <p className={styles.problem}>{problem}</p>}
      <div className={styles.row}>
        <Button type="submit" kind="main" disabled={problem !== null}>
          Show this range
        </Button>
        <Button
          disabled={!view.isRelative}
          title="Key: z"
          onClick={() => onChoose({ from: printInstant(first ?? now), to: printInstant(last ?? now) })}
        >
          Freeze to instants
        </Button>
      </div>
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
        <p className={styles.problem}>There is no zone with this name. Write one like Europe/Berlin.</p>
      )}
    </form>
  )
}
