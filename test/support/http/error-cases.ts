import { adminKey, operatorKey } from './api.ts'
import type { Question } from './error-transports.ts'

/** One way to provoke a code, and all of what is answered to it; the request id of an answer is written `<id>`. */
export type Case = {
  code: string
  how: string
  setup?: string
  question: Question
  /** Everything of the error besides its code. */
  error: { message: string; locations?: object[]; path?: string[]; extensions?: object }
  /** What the answer has beside the error, where the operation was executed. */
  data?: unknown
  cost?: number
  /** Status lines, where they are not 200 for what was executed and 400 for what was not. */
  http?: number
  sse?: number
  /** Where only a subscription provokes it, or a socket refuses it by closing. */
  only?: 'subscription' | 'socket'
  close?: { code: number; reason: string }
}

const at = (column: number) => [{ line: 1, column }]
const noKey = 'The key is not valid: send "Authorization: Bearer <key>" or no key at all.'
const keyOnly = 'This server answers callers with a key only: send "Authorization: Bearer <key>".'
const tenYears = '{ from: "2016-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" }'
/** A subscription to status with these arguments. */
export const live = (args: string) => `subscription { channelStatus(${args}) { __typename } }`

/** At least one way for each code. */
export const cases: Case[] = [
  {
    code: 'BAD_USER_INPUT',
    how: 'an argument out of its range',
    question: { query: '{ streamSession(id: "1") { id } }' },
    error: { message: 'id must be the id of a StreamSession.', locations: at(3), path: ['streamSession'] },
    data: { streamSession: null },
    cost: 2,
  },
  {
    code: 'BAD_USER_INPUT',
    how: 'a variable of another type',
    question: {
      query: 'query ($first: Int) { channels(first: $first) { nodes { id } } }',
      variables: { first: 'x' },
    },
    error: {
      message: 'Variable "$first" got invalid value "x"; Int cannot represent non-integer value: "x"',
      locations: at(8),
    },
  },
  {
    code: 'BAD_USER_INPUT',
    how: 'an argument of a subscription',
    only: 'subscription',
    question: { query: live('ids: ["99"]') },
    error: { message: 'ids: there is no channel "99".', locations: at(16), path: ['channelStatus'] },
    cost: 1,
    sse: 200,
  },
  {
    code: 'UNAUTHENTICATED',
    how: 'a wrong key',
    question: { query: '{ me { role } }', key: 'wrong' },
    error: { message: noKey },
    http: 401,
    sse: 401,
    close: { code: 4401, reason: noKey },
  },
  {
    code: 'UNAUTHENTICATED',
    how: 'no key where one is needed',
    setup: 'closed',
    question: { query: '{ me { role } }' },
    error: { message: keyOnly },
    http: 401,
    sse: 401,
    close: { code: 4401, reason: keyOnly },
  },
  {
    code: 'FORBIDDEN',
    how: 'a mutation without the role for it',
    question: { query: 'mutation { createStreamer(name: "x") { __typename } }' },
    error: {
      message:
        'Mutation.createStreamer needs role OPERATOR and you are PUBLIC: send a key of that role as "Authorization: Bearer <key>".',
      extensions: { requiredRole: 'OPERATOR' },
      locations: at(12),
      path: ['createStreamer'],
    },
    data: null,
    cost: 1,
  },
  {
    code: 'FORBIDDEN',
    how: 'a subscription without the role for it',
    only: 'subscription',
    question: { query: 'subscription { chat(slug: "one") { content } }' },
    error: {
      message:
        'Subscription.chat needs role OPERATOR and you are PUBLIC: send a key of that role as "Authorization: Bearer <key>".',
      extensions: { requiredRole: 'OPERATOR' },
      locations: at(16),
      path: ['chat'],
    },
    cost: 2,
    sse: 200,
  },
  {
    code: 'BUCKET_LIMIT_EXCEEDED',
    how: 'ten years by the minute',
    question: {
      query: `{ channel(slug: "one") { viewers(range: ${tenYears}, bucket: MINUTE) { meta { bucket } } } }`,
    },
    error: {
      message:
        'The range has 5260320 buckets of MINUTE, the maximum is 500: use bucket MONTH or coarser, or ask for a shorter range.',
      extensions: { count: 5_260_320, maximum: 500, suggestion: 'MONTH' },
    },
  },
  {
    code: 'COST_LIMIT_EXCEEDED',
    how: 'lists in lists',
    question: {
      query: `{ channels(first: 100) { nodes { sessions(first: 100) { nodes { channel { sessions(first: 100) { nodes { id } } } } } } } }`,
    },
    error: { message: 'The operation costs 2030201, more than the maximum of 500000.' },
    cost: 2_030_201,
  },
  {
    code: 'COST_LIMIT_EXCEEDED',
    how: 'too many aliases',
    question: { query: `{ ${Array.from({ length: 31 }, (_, i) => `a${i}: __typename`).join(' ')} }` },
    error: { message: 'The document has too many aliases: at most 30 are allowed.' },
  },
  {
    code: 'RATE_LIMITED',
    how: 'more requests than a key has',
    setup: 'exhausted',
    question: { query: '{ me { role } }', key: operatorKey },
    error: { message: 'Too many requests: try again in 60 seconds.', extensions: { retryAfterSeconds: 60 } },
    http: 429,
    sse: 429,
  },
  {
    code: 'OPERATION_NOT_ALLOWED',
    how: 'a document that is not trusted',
    setup: 'trusting',
    question: { query: '{ me { role } }' },
    error: { message: 'Only trusted operations are executed here, and this is none of them.' },
    sse: 400,
  },
  {
    code: 'UNAVAILABLE',
    how: 'no Postgres',
    setup: 'without Postgres',
    question: { query: '{ channels { nodes { id } } }' },
    error: { message: 'The database does not answer now.', locations: at(3), path: ['channels'] },
    data: null,
    cost: 41,
  },
  {
    code: 'UNAVAILABLE',
    how: 'no Postgres for a subscription',
    setup: 'without Postgres',
    only: 'subscription',
    question: { query: live('slugs: ["one"]') },
    error: { message: 'The database does not answer now.', locations: at(16), path: ['channelStatus'] },
    cost: 1,
    sse: 503,
  },
  {
    code: 'UNAVAILABLE',
    how: 'no ClickHouse',
    setup: 'without ClickHouse',
    question: { query: '{ webhookInbox(first: 1) { nodes { messageId } } }', key: operatorKey },
    error: {
      message: 'The webhook inbox is unavailable now; everything else works, try again later.',
      locations: at(3),
      path: ['webhookInbox'],
    },
    data: null,
    cost: 3,
  },
  {
    code: 'INTERNAL_SERVER_ERROR',
    how: 'a bug',
    setup: 'buggy',
    question: { query: 'mutation { replayWebhook(messageId: "x") { __typename } }', key: adminKey },
    error: {
      message: 'Something went wrong on the server.',
      locations: at(12),
      path: ['replayWebhook'],
      extensions: { requestId: '<id>' },
    },
    data: null,
    cost: 1,
  },
  {
    code: 'GRAPHQL_PARSE_FAILED',
    how: 'a cut document',
    question: { query: '{' },
    error: { message: 'Syntax Error: Expected Name, found <EOF>.', locations: at(2) },
  },
  {
    code: 'GRAPHQL_VALIDATION_FAILED',
    how: 'a field that there is not',
    question: { query: '{ channelz { id } }' },
    error: { message: 'Cannot query field "channelz" on type "Query".', locations: at(3) },
  },
]
