import { Fragment } from 'react'
import { useSocket } from '../data/api.tsx'
import type { Connection, Socket } from '../data/connection.ts'
import { renewal, shownGap } from '../data/renewal.ts'
import { type Store, useStore } from '../data/store.ts'
import { Instant } from '../parts/time/instant.tsx'
import styles from './connection-mark.module.css'
import { connectionWords } from './connection-words.ts'

const off: Pick<Store<Connection>, 'get' | 'subscribe'> = (() => {
  const value: Connection = { state: 'off', since: 0 }
  return { get: () => value, subscribe: () => () => undefined }
})()

const Mark = ({ socket }: { socket: Socket | null }) => {
  const connection = useStore(socket?.connection ?? off)
  const { state, word, detail, at, title } = connectionWords(connection, useStore(renewal), useStore(shownGap))
  return (
    <span className={styles.mark} data-state={state} title={title} role="status">
      <span className={styles.dot} aria-hidden="true" />
      <span className={styles.word}>{word}</span>
      {detail && <span className={styles.detail}> {detail}</span>}
      {at.length > 0 && (
        <span className={styles.since}>
          {at.map((ms, place) => (
            <Fragment key={ms}>
              {place > 0 && ' – '}
              <Instant at={new Date(ms).toISOString()} />
            </Fragment>
          ))}
        </span>
      )}
    </span>
  )
}

/** The state of the connection, always visible and true. */
export const ConnectionMark = () => <Mark socket={useSocket()} />
