import { useEffect, useState } from 'react'
import { copyText } from '../file/copy.ts'
import { Button } from './button.tsx'

const saidForMs = 2_000

type Props = {
  /** The text, or how it is found when the button is pressed. */
  text: string | (() => string)
  label: string
  title?: string
  onFailed?(): void
}

/** Copies a text, which may be made when it is wanted, and says so. `onFailed` is called where the browser does not allow it. */
export const CopyButton = ({ text, label, title, onFailed }: Props) => {
  const [said, say] = useState<string | null>(null)
  useEffect(() => {
    if (said === null) return
    const timer = setTimeout(() => say(null), saidForMs)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async (): Promise<void> => {
    try {
      await copyText(typeof text === 'string' ? text : text())
      say('Copied')
    } catch {
      say('Select it and copy it')
      onFailed?.()
    }
  }
  return (
    <>
      <Button title={title} onClick={() => void copy()}>
        {said ?? label}
      </Button>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  )
}
