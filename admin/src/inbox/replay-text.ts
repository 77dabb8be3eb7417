import type { Outcome } from './outcomes.ts'

type Replayed = { label: string; explanation: string; isPossible: boolean }

const no = (explanation: string): Replayed => ({ label: '', explanation, isPossible: false })

/** What the button says that replays a delivery, and what will happen. */
export const replayText = ({ outcome, verified }: { outcome: Outcome; verified: boolean }): Replayed => {
  if (!verified) return no('It cannot be replayed: the platform did not sign it.')
  if (outcome === 'TEST') return no('It cannot be replayed: a test changes nothing.')
  if (outcome === 'REPEATED') return no('The first delivery has the payload: replay that one.')
  const may = (label: string, explanation: string): Replayed => ({ label, explanation, isPossible: true })
  if (outcome === 'QUARANTINED')
    return may('Replay', 'It is processed as if it had arrived in time. The result is a new line in the inbox.')
  if (outcome === 'PROJECTED' || outcome === 'LATE' || outcome === 'KEPT')
    return may('Replay', 'It was used already, and that stays. The result is a new line in the inbox.')
  return may('Replay', 'It is processed as if it arrived now. The result is a new line in the inbox.')
}
