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
    return may('Let it count', 'It is projected as if it had come in time. The inbox gets a line with the result.')
  if (outcome === 'PROJECTED' || outcome === 'LATE' || outcome === 'KEPT')
    return may('Project it once more', 'What it did before stays as it is. The inbox gets a line with the result.')
  return may('Read it once more', 'It is read as if it came now. The inbox gets a line with the result.')
}
