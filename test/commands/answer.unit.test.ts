import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerBy } from '../../src/commands/answer.ts'

const saidBy = (isJson: boolean, act: (answer: ReturnType<typeof answerBy>) => void): string[] => {
  const lines: string[] = []
  act(answerBy((line) => lines.push(line), isJson))
  return lines
}

/** What a terminal acts upon, or turns a line around by. */
const harmful = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

describe('an answer', () => {
  test('has words and results for people, and results alone in JSON', () => {
    const act = (answer: ReturnType<typeof answerBy>) => {
      answer.tell({ name: 'a', count: 2 }, 'a has 2')
      answer.say('That was all.')
    }
    expect(saidBy(false, act)).toEqual(['a has 2', 'That was all.'])
    expect(saidBy(true, act)).toEqual(['{"name":"a","count":2}'])
  })

  test('shows a name that would turn the line around or move the cursor as an escape', () => {
    const name = 'mo\u202egpj.exe\u001b[2J\u009b31m\nnext'
    const shown = 'mo\\u202egpj.exe\\u001b[2J\\u009b31m\\u000anext'
    expect(saidBy(false, ({ tell }) => tell({ name }, name))).toEqual([shown])
    const [json] = saidBy(true, ({ tell }) => tell({ name }, name))
    expect(json).not.toMatch(harmful)
    expect(JSON.parse(json!)).toEqual({ name })
  })

  test('never moves a terminal, and says in JSON exactly what was told', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const isJson of [true, false]) {
          const [line] = saidBy(isJson, ({ tell }) => tell({ text }, text))
          expect(line).not.toMatch(harmful)
          if (isJson) expect(JSON.parse(line!)).toEqual({ text })
        }
      }),
    )
  })
})
