import type { Outcome } from './outcomes.ts'

type Replayed = { label: string; explanation: string; isPossible: boolean }

const no = (explanation: string): Replayed => ({ label: '', explanation, isPossible: false })

/** What the button says that replays a delivery, and what will happen. */
export const replayText = ({ outcome, verified }: { outcome: Outcome; verified: boolean }): Replayed => {
  if (!verified) return no('It can not be replayed: the platform has not signed it.')
  if (outcome === 'TEST') return no('It can not be replayed: a test changes nothing.')
  if (outcome === 'REPEATED') return no('The first delivery has the payload: replay that one.')
  const may = (label: string, explanation: string): Replayed => ({ label, explanation, isPossible: true })
  if (outcome === 'QUARANTINED')
    return may('Replay it', 'It is used as if it had come in time. The result is a new line of the inbox.')
  if (outcome === 'PROJECTED' || outcome === 'LATE' || outcome === 'KEPT')
    return may('Replay it', 'It was used already, and that stays as it is. The result is a new line of the inbox.')
  return may('Replay it', 'It is read as if it came now. The result is a new line of the inbox.')
}
