import { useEffect } from 'react'

/** What a section gets: it says when what somebody came for is shown. */
export type SectionProps = { onReady(): void }

/** Tells once that what somebody came for is shown. */
export const useReady = (isReady: boolean, onReady: () => void): void => {
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever listens may be made anew at each drawing.
  useEffect(() => {
    if (isReady) onReady()
  }, [isReady])
}
