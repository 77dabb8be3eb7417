import { Mark, type Tone } from '../parts/status/mark.tsx'
import { type Outcome, outcomeText, outcomeWords } from './outcomes.ts'

const tones: Record<(typeof outcomeWords)[Outcome]['effect'], Tone> = {
  used: 'good',
  none: 'quiet',
  'not used': 'wrong',
}

/** What became of a delivery, as a word with a mark. */
export const OutcomeMark = ({ outcome }: { outcome: Outcome }) => {
  const { name, effect } = outcomeWords[outcome]
  return (
    <Mark tone={tones[effect]} hollow={outcome === 'LATE'} title={outcomeText(outcome)}>
      {name}
    </Mark>
  )
}
