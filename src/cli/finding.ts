import type { VariableNow } from '../config/variables-now.ts'

/** One line of what `doctor` reports. */
export type Finding = {
  ok: boolean
  text: string
  /** Whether it works, and somebody should know of it. */
  isNote?: true
  /** Where the line is that of a variable. */
  variable?: VariableNow
}

/** That something is as it should be. */
export const good = (text: string): Finding => ({ ok: true, text })

/** That something works, and what an operator should know of it. */
export const note = (text: string): Finding => ({ ok: true, text, isNote: true })

/** That something has to be changed. */
export const bad = (text: string): Finding => ({ ok: false, text })
