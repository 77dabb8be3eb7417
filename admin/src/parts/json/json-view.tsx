import { CopyButton } from '../control/copy-button.tsx'
import { childrenOf, type Json, shapeOf } from './json-shape.ts'
import styles from './json-view.module.css'

// Deeper parts are closed at first: most of what is looked for stands on top.
const openDepth = 2

const Value = ({ value }: { value: string | number | boolean | null }) => (
  <span className={styles.value} data-type={value === null ? 'null' : typeof value} dir="auto">
    {typeof value === 'string' ? `"${value}"` : String(value)}
  </span>
)

const Entry = ({ name, value, depth }: { name: string; value: Json; depth: number }) => {
  if (value === null || typeof value !== 'object')
    return (
      <li className={styles.entry}>
        <span className={styles.name}>{name}</span> <Value value={value} />
      </li>
    )
  const children = childrenOf(value)
  if (children.length === 0)
    return (
      <li className={styles.entry}>
        <span className={styles.name}>{name}</span> <span className={styles.shape}>{shapeOf(value)}</span>
      </li>
    )
  return (
    <li className={styles.entry}>
      <details open={depth < openDepth}>
        <summary>
          <span className={styles.name}>{name}</span> <span className={styles.shape}>{shapeOf(value)}</span>
        </summary>
        <ul className={styles.entries}>
          {children.map(([key, child]) => (
            <Entry key={key} name={key} value={child} depth={depth + 1} />
          ))}
        </ul>
      </details>
    </li>
  )
}

/** JSON to read: its parts open and close, and the whole of it can be copied. */
export const JsonView = ({ value, label }: { value: Json; label: string }) => (
  <section className={styles.json} aria-label={label}>
    <div className={styles.head}>
      <h3>{label}</h3>
      <CopyButton text={JSON.stringify(value, null, 2)} label="Copy" />
    </div>
    {value === null || typeof value !== 'object' ? (
      <Value value={value} />
    ) : (
      <ul className={styles.root}>
        {childrenOf(value).map(([key, child]) => (
          <Entry key={key} name={key} value={child} depth={0} />
        ))}
      </ul>
    )}
  </section>
)
