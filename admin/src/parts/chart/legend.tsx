import { useStore } from '../../data/store.ts'
import { counted, exactNumber } from '../../view/format.ts'
import { Absent } from './absent.tsx'
import styles from './chart.module.css'
import type { ChartData } from './chart-data.ts'
import { useChartGroup } from './chart-group.tsx'
import { type Reading, readoutAt, type Zone } from './readout.ts'
import { Swatch } from './swatch.tsx'

const Value = ({ reading, unit }: { reading: Reading; unit: string | null }) =>
  'value' in reading ? (
    <span className={styles.value}>{unit === null ? exactNumber(reading.value) : counted(reading.value, unit)}</span>
  ) : (
    <Absent why={reading} />
  )

/** The names of the series, and what they are at the crosshair. */
export const Legend = ({ data, zone }: { data: ChartData; zone: Zone }) => {
  const at = useStore(useChartGroup().crosshair)
  const { when, values, bands, why } = readoutAt(data, at, zone)
  const isAlone = data.series.length === 1
  return (
    <div className={styles.legend} data-alone={isAlone}>
      <ul className={styles.names}>
        {data.series.map((series, i) => (
          <li key={series.name} className={styles.name}>
            {!isAlone && <Swatch series={series} />}
            {!isAlone && <span>{series.name}</span>}
            {when !== null && <Value reading={values[i]!} unit={isAlone ? data.unit : null} />}
          </li>
        ))}
      </ul>
      <div className={styles.details}>
        <p className={styles.detailsText}>
          <span>{when}</span>
          {why && <span>{why}</span>}
          {bands.map((band) => (
            <bdi key={band} className={styles.title}>
              {band}
            </bdi>
          ))}
        </p>
      </div>
    </div>
  )
}
