import { useEffect, useRef, useState } from 'react'
import { useCaller } from '../data/api.tsx'
import { Button } from '../parts/control/button.tsx'
import { Choice } from '../parts/control/choice.tsx'
import { bytes } from '../view/format.ts'
import { download } from './download.ts'
import styles from './session.module.css'
import type { Session } from './use-session.ts'

const kinds = [
  ['viewers', 'Viewers, every probe'],
  ['chat', 'Chat, every message'],
  ['follows', 'Follows'],
  ['status-events', 'Status events'],
] as const

const formats = [
  ['csv', 'CSV'],
  ['ndjson', 'NDJSON'],
  ['parquet', 'Parquet'],
] as const

type Format = (typeof formats)[number][0]
type State = { kind: string; bytes: number } | null

/** What was observed during the broadcast, as files. */
export const Downloads = ({ session }: { session: Session }) => {
  const caller = useCaller()
  const [format, setFormat] = useState<Format>('csv')
  const [running, setRunning] = useState<State>(null)
  const [problem, setProblem] = useState<{ kind: string; text: string } | null>(null)
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])

  const start = async (kind: string): Promise<void> => {
    const controller = new AbortController()
    stop.current = controller
    setProblem(null)
    setRunning({ kind, bytes: 0 })
    const { startedAt, endedAt, channel } = session
    try {
      await download(
        { kind, channel: channel.channelId, from: startedAt, to: endedAt ?? 'now', format },
        { signal: controller.signal, onBytes: (count) => setRunning({ kind, bytes: count }) },
      )
    } catch (error) {
      if (!controller.signal.aborted) setProblem({ kind, text: (error as Error).message })
    } finally {
      if (stop.current === controller) setRunning(null)
    }
  }

  return (
    <section className={styles.part} aria-labelledby="downloads">
      <header className={styles.partHead}>
        <h2 id="downloads">Downloads</h2>
        <Choice
          label="Format"
          hiddenLabel
          value={format}
          choices={formats}
          onChoose={(chosen: Format) => setFormat(chosen)}
        />
      </header>
      <ul className={styles.downloads}>
        {kinds.map(
          ([kind, text]) =>
            (kind !== 'chat' || caller.may('OPERATOR')) && (
              <li key={kind}>
                <span>{text}</span>
                {running?.kind === kind ? (
                  <span className={styles.downloading} role="status">
                    {bytes(running.bytes)}
                    <Button kind="quiet" onClick={() => stop.current?.abort()}>
                      Give up
                    </Button>
                  </span>
                ) : (
                  <Button
                    disabled={running !== null}
                    aria-label={`Download ${text} as ${format}`}
                    onClick={() => void start(kind)}
                  >
                    Download
                  </Button>
                )}
                {problem?.kind === kind && (
                  <p className={styles.problem} role="alert">
                    {problem.text}
                  </p>
                )}
              </li>
            ),
        )}
      </ul>
    </section>
  )
}
