import { isPrintableName, maxNameLength } from '../lib/printable-name.ts'
import type { NewApiKey } from './api-keys.ts'

/** What is wrong with a new key at `now` (epoch milliseconds): the argument and a sentence; null when nothing is. */
export const checkNewKey = (
  { name, expiresAt }: NewApiKey,
  now: number,
): { argument: 'name' | 'expiresAt'; message: string } | null => {
  if (!isPrintableName(name))
    return { argument: 'name', message: `name must be 1 to ${maxNameLength} characters, without control characters.` }
  if (expiresAt && expiresAt.getTime() <= now)
    return { argument: 'expiresAt', message: 'expiresAt must be an instant in the future.' }
  return null
}
