import { expect, test } from 'vitest'
import { type LiveVariables, noteCursor } from '../../clients/live-status/note-cursor.ts'

const after = (...messages: object[]): LiveVariables => {
  const variables: LiveVariables = { slugs: ['a'] }
  for (const message of messages) noteCursor(variables, message as never)
  return variables
}
const snapshot = (cursor: string, isLast: boolean) => ({ __typename: 'StatusSnapshot', cursor, isLast })
const change = (cursor: string) => ({ __typename: 'StatusChange', cursor })
const gap = (cursor: string) => ({ __typename: 'StatusGap', cursor, reason: 'too old' })

test('a connection that is lost between two snapshots begins anew', () => {
  expect(after(snapshot('1', false))).toEqual({ slugs: ['a'] })
})

test('after the last snapshot, and after each change, it goes on from there', () => {
  expect(after(snapshot('1', false), snapshot('1', true))).toEqual({ slugs: ['a'], after: '1' })
  expect(after(snapshot('1', true), change('2'), change('3'))).toEqual({ slugs: ['a'], after: '3' })
})

test('after a gap it begins anew until the snapshots have come', () => {
  expect(after(change('2'), gap('9'))).toEqual({ slugs: ['a'] })
  expect(after(change('2'), gap('9'), snapshot('9', true))).toEqual({ slugs: ['a'], after: '9' })
})
