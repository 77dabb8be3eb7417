import { visibleText } from '../parts/json/visible-text.ts'
import styles from './delivery-panel.module.css'
import type { Delivery } from './use-delivery.ts'

/** The headers of the platform, as they came. */
export const Headers = ({ headers }: { headers: Delivery['headers'] }) =>
  headers === null ? (
    <p className={styles.quiet}>The headers are not kept.</p>
  ) : (
    <table className={styles.headers}>
      <caption>Headers</caption>
      <tbody>
        {headers.map(({ name, value }) => (
          <tr key={name}>
            <th scope="row">{visibleText(name)}</th>
            <td>{visibleText(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
