import { Link, Outlet } from '@tanstack/react-router'
import { useState } from 'react'
import { useCaller } from '../data/api.tsx'
import { Button } from '../parts/control/button.tsx'
import { ConnectionMark } from './connection-mark.tsx'
import { PaletteButton } from './palette-button.tsx'
import { places } from './places.ts'
import styles from './shell.module.css'
import { Shortcuts } from './shortcuts.tsx'
import { useWayToSignIn } from './use-way-to-sign-in.ts'

/** What stands around every place: the bar with the places that the role has, and the state of the connection. */
export const Shell = () => {
  const caller = useCaller()
  const [isOpen, setOpen] = useState(false)
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
        <span className={styles.opener}>
          <Button aria-expanded={isOpen} aria-controls="places" onClick={() => setOpen(!isOpen)}>
            <svg className={styles.lines} viewBox="0 0 16 16" aria-hidden="true">
              <path d="M2 4h12M2 8h12M2 12h12" />
            </svg>
            Menu
          </Button>
        </span>
        <nav
          id="places"
          className={styles.places}
          data-open={isOpen}
          aria-label="Places"
          onClick={() => setOpen(false)}
          onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
        >
          {places.map(
            ([path, name, role]) =>
              (role === 'PUBLIC' || caller.may(role)) && (
                <Link
                  key={path}
                  to={path}
                  activeOptions={{ exact: path === '/', includeSearch: false }}
                  className={styles.link}
                >
                  {name}
                </Link>
              ),
          )}
          <a href="/graphql" className={styles.link}>
            GraphiQL
          </a>
        </nav>
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
