import { Link, Outlet } from '@tanstack/react-router'
import { useCaller } from '../data/api.tsx'
import { ConnectionMark } from './connection-mark.tsx'
import { PaletteButton } from './palette-button.tsx'
import { Places } from './places-nav.tsx'
import styles from './shell.module.css'
import { Shortcuts } from './shortcuts.tsx'
import { useWayToSignIn } from './use-way-to-sign-in.ts'

/** What stands around every place: the bar with the places that the role has, and the state of the connection. */
export const Shell = () => {
  const caller = useCaller()
  useWayToSignIn()
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <header className={styles.bar}>
        <Link to="/" className={styles.brand} aria-label="Channelscope">
          <img src="/icon.svg" alt="" width={20} height={20} />
          <span>Channelscope</span>
        </Link>
        <Places />
        <div className={styles.end}>
          <PaletteButton />
          <Shortcuts />
          <ConnectionMark />
          <Link to="/sign-in" className={styles.link}>
            {caller.name ?? 'Sign in'}
          </Link>
        </div>
      </header>
      <Outlet />
    </div>
  )
}
