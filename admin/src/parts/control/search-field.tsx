import { type InputHTMLAttributes, useEffect, useRef, useState } from 'react'
import { Field } from './field.tsx'
import { tooLong } from './too-long.ts'

const patienceMs = 250

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange' | 'maxLength'> & {
  label: string
  hiddenLabel?: boolean
  /** How many characters are taken: a longer text is not searched for. */
  longest?: number
  /** The text that is searched for. */
  value: string
  /** Somebody paused while typing, or pressed Enter. */
  onSearch(text: string): void
}

/** A text that is searched for while it is typed. What stands in the address wins where it changes otherwise. */
export const SearchField = ({ value, longest = Number.POSITIVE_INFINITY, onSearch, ...more }: Props) => {
  const [text, setText] = useState(value)
  const told = useRef(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (value !== told.current) setText(value)
    told.current = value
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const tell = (next: string): void => {
    clearTimeout(timer.current)
    if (next.trim() === told.current || tooLong(next, longest)) return
    told.current = next.trim()
    onSearch(next.trim())
  }
  return (
    <Field
      type="search"
      {...more}
      longest={longest}
      value={text}
      onChange={({ target }) => {
        setText(target.value)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => tell(target.value), target.value === '' ? 0 : patienceMs)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') tell(text)
      }}
    />
  )
}
