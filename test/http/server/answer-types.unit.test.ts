import { describe, expect, test } from 'vitest'
import { answerTypesOf, contentType } from '../../../src/http/server/answer-types.ts'

const json = 'application/json'
const graphqlJson = 'application/graphql-response+json'

describe('an Accept header says which JSON is liked best, and whether events are taken', () => {
  test.each([
    [undefined, json, true],
    ['*/*', json, true],
    [json, json, false],
    ['application/json, */*', json, true],
    ['application/*', json, false],
    [graphqlJson, graphqlJson, false],
    ['application/graphql-response+json,application/json;q=0.9', graphqlJson, false],
    ['application/json;q=0.5, application/graphql-response+json', graphqlJson, false],
    ['APPLICATION/JSON; charset=UTF-8', json, false],
    ['application/json;q=0, */*', graphqlJson, true],
    ['text/html,application/xhtml+xml,*/*;q=0.8', json, true],
    ['text/event-stream', null, true],
    ['text/*', null, true],
    ['application/json; charset=iso-8859-1', null, false],
    ['text/html', null, false],
    ['', null, false],
    ['no type', null, false],
  ])('%s', (accept, type, events) => expect(answerTypesOf(accept)).toEqual({ json: type, events }))
})

test('JSON is sent with its charset', () => {
  expect(contentType(json)).toBe('application/json; charset=utf-8')
})
