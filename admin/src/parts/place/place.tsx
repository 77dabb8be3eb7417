import { type ReactNode, useEffect } from 'react'
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
  children: ReactNode
}

/** The frame of every place: its heading with controls, and its content. */
export const Place = ({ name, title = name, controls, ready, children }: Props) => {
  useEffect(() => {
    document.title = name === 'Channelscope' ? name : `${name} · Channelscope`
  }, [name])
  return (
    <main className={styles.place} id="content" data-ready={ready} tabIndex={-1}>
      <header className={styles.head}>
        <h1>{title}</h1>
        {controls && <div className={styles.controls}>{controls}</div>}
      </header>
      {children}
    </main>
  )
}
