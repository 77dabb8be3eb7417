import type { CSSProperties } from 'react'
import { counted, exactNumber } from '../../view/format.ts'
import { type Day, dayText } from './days.ts'
import styles from './trial.module.css'

// So many days have a place for a number and a name each.
const few = 10

/** A day below its bar; where there is little place, its number alone. */
const DayName = ({ day }: { day: string }) => {
  const [number, month] = dayText(day).split(' ')
  return (
    <span className={styles.day}>
      {number}
      <span className={styles.month}> {month}</span>
    </span>
  )
}

/** How much was told on each day: bars, and the same as a table. */
export const DayBars = ({ days, zone }: { days: readonly Day[]; zone: string }) => {
  const most = Math.max(1, ...days.map(({ told }) => told))
  const isFew = days.length <= few
  const [first, last] = [days[0]!, days.at(-1)!]
  return (
    <figure className={styles.days}>
      <figcaption className={styles.caption}>
        Alerts by day <span>{zone}</span>
      </figcaption>
      <div className={styles.bars} aria-hidden="true" data-few={isFew}>
        {days.map(({ day, told }) => (
          <div key={day} className={styles.bar} title={`${dayText(day, 'long')}: ${counted(told, 'alerts')}`}>
            {isFew && <span className={styles.count}>{exactNumber(told)}</span>}
            <div className={styles.fill} data-none={told === 0} style={{ '--part': told / most } as CSSProperties} />
            {isFew && <DayName day={day} />}
          </div>
        ))}
      </div>
      {!isFew && (
        <p className={styles.ends} aria-hidden="true">
          <span>{dayText(first.day)}</span>
          <span>at most {exactNumber(most)} a day</span>
          <span>{dayText(last.day)}</span>
        </p>
      )}
      <details className={styles.numbers}>
        <summary>Numbers by day</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Alerts</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, told }) => (
              <tr key={day}>
                <th scope="row">{dayText(day, 'long')}</th>
                <td>{exactNumber(told)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}
