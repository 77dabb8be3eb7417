import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useCaller } from '../data/api.tsx'
import { Button } from '../parts/control/button.tsx'
import { places } from './places.ts'
import styles from './shell.module.css'

/** The places that the role has. In a narrow window they stand behind one button. */
export const Places = () => {
  const caller = useCaller()
  const [isOpen, setOpen] = useState(false)
  const menu = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return
    const left = ({ target }: PointerEvent): void => {
      if (!menu.current?.contains(target as Node)) setOpen(false)
    }
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      setOpen(false)
      menu.current?.querySelector('button')?.focus()
    }
    addEventListener('pointerdown', left)
    addEventListener('keydown', pressed)
    return () => {
      removeEventListener('pointerdown', left)
      removeEventListener('keydown', pressed)
    }
  }, [isOpen])
  return (
    <div ref={menu} className={styles.menu}>
      <span className={styles.opener}>
        <Button aria-expanded={isOpen} aria-controls="places" onClick={() => setOpen(!isOpen)}>
          <svg className={styles.lines} viewBox="0 0 16 16" aria-hidden="true">
            <path d="M2 4h12M2 8h12M2 12h12" />
          </svg>
          Menu
        </Button>
      </span>
      <nav id="places" className={styles.places} data-open={isOpen} aria-label="Places">
        {places.map(
          ([path, name, role]) =>
            (role === 'PUBLIC' || caller.may(role)) && (
              <Link
                key={path}
                to={path}
                activeOptions={{ exact: path === '/', includeSearch: false }}
                className={styles.link}
                onClick={() => setOpen(false)}
              >
                {name}
              </Link>
            ),
        )}
        <a href="/graphql" className={styles.link}>
          GraphiQL
        </a>
      </nav>
    </div>
  )
}
