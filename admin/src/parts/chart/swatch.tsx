import styles from './chart.module.css'
import type { Series } from './chart-data.ts'

/** How a series looks, beside its name. */
export const Swatch = ({ series }: { series: Pick<Series, 'colour' | 'kind' | 'dashed'> }) => (
  <svg className={styles.swatch} width="14" height="10" aria-hidden="true" data-colour={series.colour}>
    {series.kind === 'bars' ? (
      <rect x="1" y="1" width="12" height="8" />
    ) : (
      <line x1="1" y1="5" x2="13" y2="5" strokeDasharray={series.dashed ? '4 3' : undefined} />
    )}
  </svg>
)
