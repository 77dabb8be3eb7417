import { useEffect, useState } from 'react'
import { Button } from './button.tsx'

const saidForMs = 2_000

/** Copies a text, and says so. `onFailed` is called where the browser does not allow it, as it does without HTTPS. */
export const CopyButton = ({ text, label, onFailed }: { text: string; label: string; onFailed?: () => void }) => {
  const [said, say] = useState<string | null>(null)
  useEffect(() => {
    if (said === null) return
    const timer = setTimeout(() => say(null), saidForMs)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      say('Copied')
    } catch {
      say('Select it and copy it')
      onFailed?.()
    }
  }
  return (
    <>
      <Button onClick={() => void copy()}>{said ?? label}</Button>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  )
}
