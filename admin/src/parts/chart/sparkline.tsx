import { linePath } from './line-path.ts'
import styles from './sparkline.module.css'

type Props = {
  /** Null where nothing is known: the line has a gap there. */
  values: readonly (number | null)[]
  width: number
  height: number
  /** What it shows, for those who do not see it. */
  label: string
}

/** A small line without axes, from 0 to its greatest value. */
export const Sparkline = ({ values, width, height, label }: Props) => (
  <svg className={styles.sparkline} width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img">
    <title>{label}</title>
    <path d={linePath(values, width, height)} />
  </svg>
)
