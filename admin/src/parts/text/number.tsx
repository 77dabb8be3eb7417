import { counted, shortNumber } from '../../view/format.ts'
import { Unknown } from './unknown.tsx'

type Props = {
  value: number | null | undefined
  /** What is counted, for the hover text: "viewers". */
  unit: string
  /** Why there may be none. */
  unknown: string
}

/** A number that is short where it is scanned and exact on hover. Null is unknown, never 0. */
export const Num = ({ value, unit, unknown }: Props) =>
  value === null || value === undefined ? (
    <Unknown reason={unknown} />
  ) : (
    <span title={counted(value, unit)}>{shortNumber(value)}</span>
  )
