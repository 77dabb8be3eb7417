import { useState } from 'react'
import { Button } from '../control/button.tsx'
import { CopyButton } from '../control/copy-button.tsx'
import { childrenOf, type Json, shapeOf } from './json-shape.ts'
import styles from './json-view.module.css'
import { visibleText } from './visible-text.ts'

// Deeper parts are closed at first: most of what is looked for stands on top.
const openDepth = 2
// More of a list, or of a text, is shown where somebody asks for it: a megabyte at once holds the page up.
const step = 100
const shownCharacters = 2_000

const Value = ({ value }: { value: string | number | boolean | null }) => {
  const [isWhole, setWhole] = useState(false)
  const text = typeof value === 'string' ? value : String(value)
  const isCut = !isWhole && text.length > shownCharacters
  const shown = visibleText(isCut ? text.slice(0, shownCharacters) : text)
  return (
    <>
      <span className={styles.value} data-type={value === null ? 'null' : typeof value} dir="auto">
        {typeof value === 'string' ? `"${shown}${isCut ? ' …' : '"'}` : shown}
      </span>
      {isCut && <Button onClick={() => setWhole(true)}>Show all {text.length} characters</Button>}
    </>
  )
}

/** The first parts of a list or an object, and more of them on demand. */
const Entries = ({ value, depth }: { value: Exclude<Json, null | boolean | number | string>; depth: number }) => {
  const [count, setCount] = useState(step)
  const children = childrenOf(value)
  return (
    <ul className={depth === 0 ? styles.root : styles.entries}>
      {children.slice(0, count).map(([key, child]) => (
        <Entry key={key} name={key} value={child} depth={depth} />
      ))}
      {children.length > count && (
        <li>
          <Button onClick={() => setCount(count + step)}>Show more of {children.length}</Button>
        </li>
      )}
    </ul>
  )
}

const Entry = ({ name, value, depth }: { name: string; value: Json; depth: number }) => {
  const [isOpen, setOpen] = useState(depth < openDepth)
  const isPlain = value === null || typeof value !== 'object'
  const label = <span className={styles.name}>{visibleText(name)}</span>
  if (isPlain || childrenOf(value).length === 0)
    return (
      <li className={styles.entry}>
        {label} {isPlain ? <Value value={value} /> : <span className={styles.shape}>{shapeOf(value)}</span>}
      </li>
    )
  return (
    <li className={styles.entry}>
      <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          {label} <span className={styles.shape}>{shapeOf(value)}</span>
        </summary>
        {isOpen && <Entries value={value} depth={depth + 1} />}
      </details>
    </li>
  )
}

/** JSON to read: its parts open and close, and the whole of it can be copied. */
export const JsonView = ({ value, label }: { value: Json; label: string }) => (
  <section className={styles.json} aria-label={label}>
    <div className={styles.head}>
      <h3>{label}</h3>
      <CopyButton text={() => JSON.stringify(value, null, 2)} label="Copy" />
    </div>
    {value === null || typeof value !== 'object' ? <Value value={value} /> : <Entries value={value} depth={0} />}
  </section>
)
