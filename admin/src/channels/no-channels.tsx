import { isHandle, readHandle } from '../parts/channel/handle.ts'
import { Button } from '../parts/control/button.tsx'
import { FirstStart } from '../parts/first-start/first-start.tsx'
import { Message } from '../parts/states/message.tsx'
import { isolated } from '../view/seen-text.ts'
import styles from './channels.module.css'
import { TrackForm } from './track-form.tsx'

/** Nothing is watched yet: an operator tracks the first channel right here. */
export const FirstChannel = () => (
  <FirstStart>
    <section className={styles.first} aria-labelledby="first">
      <h2 id="first">Track the first channel</h2>
      <TrackForm />
    </section>
  </FirstStart>
)

type Props = {
  /** What was searched for; empty where only other filters are set. */
  searched: string
  isOperator: boolean
  onClear(): void
  onTrack(): void
}

/** The filters leave no channel. */
export const NothingFound = ({ searched, isOperator, onClear, onTrack }: Props) => (
  <Message
    title={searched ? `No channel here is or was called “${isolated(searched)}”` : 'No channel matches these filters'}
    action={
      isOperator && isHandle(searched) ? (
        <Button kind="main" onClick={onTrack}>
          Track {isolated(readHandle(searched).slug)}
        </Button>
      ) : (
        <Button onClick={onClear}>Show all channels</Button>
      )
    }
  >
    {searched
      ? 'The search matches the beginning of names and of every handle that a tracked channel has had.'
      : 'Remove a filter to see more.'}
  </Message>
)
