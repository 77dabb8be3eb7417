import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { Field } from './field.tsx'
import styles from './finder.module.css'

type Props<Match> = {
  label: string
  hiddenLabel?: boolean | undefined
  placeholder: string
  /** What stands there while nobody types: the name of what was chosen. */
  value?: string | undefined
  /** What is typed; null while nobody types. */
  text: string | null
  onText(text: string | null): void
  /** What was found for the text. */
  matches: readonly Match[]
  keyOf(match: Match): string
  /** What is said where there is nothing to choose. */
  nothing: string
  /** What the list is of, for those who do not see it. */
  listLabel: string
  onChoose(match: Match): void
  /** The text was taken away. */
  onClear?: (() => void) | undefined
  /** How a match is shown. */
  children(match: Match): ReactNode
}

/** How the name of a match looks, and what stands beside it. */
export const matchStyles = { name: styles.name, quiet: styles.quiet }

/** Finds something while a text is typed, and chooses it from a list. */
export const Finder = <Match,>(props: Props<Match>) => {
  const { label, hiddenLabel, placeholder, value = '', text, onText, matches, keyOf, nothing, listLabel } = props
  const { onChoose, onClear, children } = props
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const write = (next: string): void => {
    onText(next)
    setActive(0)
    setOpen(true)
    if (next === '') onClear?.()
  }
  const close = (): void => {
    onText(null)
    setOpen(false)
  }
  const choose = (match: Match): void => {
    onChoose(match)
    close()
  }
  const pressed = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const chosen = matches[active]
    if (step && matches.length > 0) setActive((active + step + matches.length) % matches.length)
    else if (event.key === 'Enter' && chosen) choose(chosen)
    else if (event.key === 'Escape' && isOpen) setOpen(false)
    else return
    event.preventDefault()
  }
  return (
    <div className={styles.field}>
      <Field
        label={label}
        hiddenLabel={hiddenLabel}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-activedescendant={isOpen && matches[active] ? `${id}-list-${active}` : undefined}
        placeholder={placeholder}
        value={text ?? value}
        onChange={(event) => write(event.target.value)}
        onFocus={() => setOpen(true)}
        onBlur={close}
        onKeyDown={pressed}
      />
      {isOpen && (text !== null || value === '') && (
        <div className={styles.popup}>
          <div id={`${id}-list`} role="listbox" aria-label={listLabel} tabIndex={-1}>
            {matches.map((match, i) => (
              <div
                key={keyOf(match)}
                id={`${id}-list-${i}`}
                role="option"
                tabIndex={-1}
                aria-selected={i === active}
                className={styles.item}
                // The focus stays in the field.
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => choose(match)}
                onKeyDown={(event) => event.key === 'Enter' && choose(match)}
              >
                {children(match)}
              </div>
            ))}
          </div>
          {matches.length === 0 && (
            <p className={styles.quiet} role="status">
              {nothing}
            </p>
          )}
        </div>
      )}
    </div>
  )
}
