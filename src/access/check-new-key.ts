import type { NewApiKey } from './api-keys.ts'

const maxNameLength = 100
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

/** What is wrong with a key that somebody asks for at `now` (epoch milliseconds): the argument and a sentence; null when nothing is. */
export const checkNewKey = (
  { name, expiresAt }: NewApiKey,
  now: number,
): { argument: 'name' | 'expiresAt'; message: string } | null => {
  if ([...name].length > maxNameLength || unprintable.test(name) || !visible.test(name))
    return { argument: 'name', message: `name must be 1 to ${maxNameLength} characters, without control characters.` }
  if (expiresAt && expiresAt.getTime() <= now)
    return { argument: 'expiresAt', message: 'expiresAt must be an instant in the future.' }
  return null
}
