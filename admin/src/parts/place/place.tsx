import { type ReactNode, useEffect } from 'react'
import { isolated } from '../../view/seen-text.ts'
import styles from './place.module.css'

type Props = {
  /** What the tab of the browser says. */
  name: string
  /** The heading; left out, the name. */
  title?: ReactNode
  /** Beside the heading: what chooses what is shown. */
  controls?: ReactNode
  /** Whether what somebody came for is shown. Tests and screenshots wait for it. */
  ready: boolean
  /** For a form alone, for lines of text, for tables and charts, or the whole window for what has panels beside each other. */
  width?: 'form' | 'text' | 'page' | 'window'
  children: ReactNode
}

/** The frame of every place: its heading with controls, and its content. */
export const Place = ({ name, title = name, controls, ready, width = 'page', children }: Props) => {
  useEffect(() => {
    document.title = name === 'Channelscope' ? name : `${isolated(name)} · Channelscope`
  }, [name])
  return (
    <main className={styles.place} data-width={width} id="content" data-ready={ready} tabIndex={-1}>
      <header className={styles.head}>
        <h1>{title}</h1>
        {controls && <div className={styles.controls}>{controls}</div>}
      </header>
      {children}
    </main>
  )
}
