import styles from './control.module.css'

type Props<Value extends string> = {
  label: string
  hiddenLabel?: boolean
  value: Value
  choices: readonly (readonly [value: Value, text: string])[]
  onChoose(value: Value): void
}

/** One of a few values. */
export const Choice = <Value extends string>({ label, hiddenLabel, value, choices, onChoose }: Props<Value>) => (
  <label className={styles.label}>
    <span className={hiddenLabel ? 'visually-hidden' : undefined}>{label}</span>
    <select className={styles.select} value={value} onChange={(event) => onChoose(event.target.value as Value)}>
      {choices.map(([one, text]) => (
        <option key={one} value={one}>
          {text}
        </option>
      ))}
    </select>
  </label>
)
