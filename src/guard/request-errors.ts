import { GraphQLError } from 'graphql'
import { type AnswerCode, ApiError } from '../lib/errors.ts'

/** An error that refuses an operation with a code, and over HTTP with a status where the code alone does not say it. */
export const requestError = (message: string, code: AnswerCode, status?: number): GraphQLError =>
  new GraphQLError(message, { extensions: { code, ...(status && { http: { status } }) } })

/** Refuses a caller who spent everything, and tells for how long. */
export const rateLimitError = (retryAfterSeconds: number): ApiError =>
  new ApiError(
    'RATE_LIMITED',
    `Too many requests: try again in ${retryAfterSeconds === 1 ? '1 second' : `${retryAfterSeconds} seconds`}.`,
    { retryAfterSeconds, http: { status: 429, headers: { 'Retry-After': String(retryAfterSeconds) } } },
  )
