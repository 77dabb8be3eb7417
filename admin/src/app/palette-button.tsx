import { useLocation } from '@tanstack/react-router'
import { type ComponentType, useEffect, useState } from 'react'
import { session } from '../data/session.ts'
import { Button } from '../parts/control/button.tsx'
import { isMac } from './is-mac.ts'
import styles from './palette-button.module.css'
import { forgetRecent, noteVisit } from './recent-channels.ts'

type Loaded = { Palette: ComponentType<{ onClose(): void }> | null; failed: boolean }

/** Opens the palette, by a click or by its key. What it is made of is loaded then. */
export const PaletteButton = () => {
  const [isOpen, setOpen] = useState(false)
  const [{ Palette, failed }, setLoaded] = useState<Loaded>({ Palette: null, failed: false })
  const { pathname } = useLocation()
  useEffect(() => {
    if (!isOpen || Palette) return
    import('./palette.tsx').then(
      (loaded) => setLoaded({ Palette: loaded.default, failed: false }),
      () => {
        setOpen(false)
        setLoaded({ Palette: null, failed: true })
      },
    )
  }, [isOpen, Palette])
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || event.altKey || event.shiftKey || event.ctrlKey === event.metaKey) return
      event.preventDefault()
      setOpen((before) => !before)
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [])
  useEffect(() => {
    noteVisit(pathname)
  }, [pathname])
  useEffect(() => {
    const { key } = session.get()
    return session.subscribe(() => {
      if (key !== null && session.get().key !== key) forgetRecent()
    })
  }, [])
  return (
    <>
      <Button
        kind="quiet"
        busy={isOpen && !Palette}
        title={failed ? 'The search could not be loaded. Load the page again.' : undefined}
        onClick={() => setOpen(true)}
        aria-keyshortcuts="Control+K Meta+K"
      >
        <svg className={styles.icon} viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="7" cy="7" r="4.5" />
          <path d="m10.5 10.5 3.5 3.5" />
        </svg>
        <span className={styles.word}>Search</span>
        <kbd className={styles.key}>{isMac ? '⌘ K' : 'Ctrl K'}</kbd>
      </Button>
      {isOpen && Palette && <Palette onClose={() => setOpen(false)} />}
      {failed && (
        <span className="visually-hidden" role="alert">
          The search could not be loaded. Load the page again.
        </span>
      )}
    </>
  )
}
