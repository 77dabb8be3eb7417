import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'
import styles from './tabs.module.css'

type Props<Name extends string> = {
  /** What the tabs are of, for those who do not see them. */
  label: string
  tabs: readonly (readonly [name: Name, text: string])[]
  open: Name
  onOpen(name: Name): void
  /** The content of the open tab. */
  children: ReactNode
}

const steps: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** Tabs of which one is open. The arrows go from tab to tab; the content is the next stop of the tab key. */
export const Tabs = <Name extends string>({ label, tabs, open, onOpen, children }: Props<Name>) => {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const pressed = (event: KeyboardEvent): void => {
    const step = steps[event.key]
    const at = tabs.findIndex(([name]) => name === open)
    if (!step || at < 0) return
    event.preventDefault()
    const next = step(at, tabs.length)
    onOpen(tabs[next]![0])
    list.current!.querySelectorAll<HTMLElement>('[role="tab"]')[next]!.focus()
  }
  return (
    <>
      <div ref={list} className={styles.list} role="tablist" aria-label={label} onKeyDown={pressed}>
        {tabs.map(([name, text]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}${name}`}
            className={styles.tab}
            aria-selected={name === open}
            aria-controls={name === open ? `${id}panel` : undefined}
            tabIndex={name === open ? 0 : -1}
            onClick={() => onOpen(name)}
          >
            {text}
          </button>
        ))}
      </div>
      <div className={styles.panel} role="tabpanel" id={`${id}panel`} aria-labelledby={`${id}${open}`}>
        {children}
      </div>
    </>
  )
}
