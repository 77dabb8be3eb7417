import { useSocket } from '../data/api.tsx'
import type { Connection, Socket } from '../data/connection.ts'
import { type Store, useStore } from '../data/store.ts'
import { Ago } from '../parts/time/ago.tsx'
import styles from './connection-mark.module.css'

const words: Record<Connection['state'], string> = {
  off: 'no live data here',
  connecting: 'connecting',
  live: 'live',
  reconnecting: 'reconnecting',
}

const titles: Record<Connection['state'], string> = {
  off: 'This page does not change by itself.',
  connecting: 'The connection to the server is being made.',
  live: 'What changes is shown at once.',
  reconnecting: 'The connection is lost. It is tried again until it is there, and then nothing is missing.',
}

const off: Pick<Store<Connection>, 'get' | 'subscribe'> = (() => {
  const value: Connection = { state: 'off', since: 0 }
  return { get: () => value, subscribe: () => () => undefined }
})()

const Mark = ({ socket }: { socket: Socket | null }) => {
  const { state, since } = useStore(socket?.connection ?? off)
  return (
    <span className={styles.mark} data-state={state} title={titles[state]} role="status">
      <span className={styles.dot} aria-hidden="true" />
      <span className={styles.word}>{words[state]}</span>
      {state === 'reconnecting' && (
        <span className={styles.since}>
          for <Ago at={new Date(since).toISOString()} suffix="" />
        </span>
      )}
    </span>
  )
}

/** The state of the connection, always visible and true. */
export const ConnectionMark = () => <Mark socket={useSocket()} />
