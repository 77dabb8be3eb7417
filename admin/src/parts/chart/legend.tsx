import { useStore } from '../../data/store.ts'
import { exactNumber } from '../../view/format.ts'
import { Unknown } from '../text/unknown.tsx'
import styles from './chart.module.css'
import type { ChartData } from './chart-data.ts'
import { useChartGroup } from './chart-group.tsx'
import { readoutAt, type Zone } from './readout.ts'
import { Swatch } from './swatch.tsx'

/** The names of the series, and what they are at the crosshair. */
export const Legend = ({ data, zone }: { data: ChartData; zone: Zone }) => {
  const at = useStore(useChartGroup().crosshair)
  const { when, values, why } = readoutAt(data, at, zone)
  const isAlone = data.series.length === 1
  return (
    <div className={styles.legend}>
      <ul className={styles.names}>
        {data.series.map((series, i) => (
          <li key={series.name} className={styles.name}>
            {!isAlone && <Swatch series={series} />}
            {!isAlone && <span>{series.name}</span>}
            {when !== null && (
              <span className={styles.value}>
                {values[i] === null || values[i] === undefined ? (
                  <Unknown reason={why ?? 'Nothing was observed.'} />
                ) : (
                  <>
                    {exactNumber(values[i])} {isAlone && data.unit}
                  </>
                )}
              </span>
            )}
          </li>
        ))}
      </ul>
      <span className={styles.when}>{when}</span>
      {why && <span className={styles.why}>{why}</span>}
    </div>
  )
}
