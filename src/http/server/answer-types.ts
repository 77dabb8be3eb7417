import Negotiator from 'negotiator'
import { createDocumentCache } from '../../guard/document-cache.ts'

/** What a client takes for an answer, by its Accept header. */
export type AnswerTypes = {
  /** The type of JSON that it likes best; null where it takes no JSON. */
  json: 'application/json' | 'application/graphql-response+json' | null
  /** Whether it takes server-sent events. */
  events: boolean
}

const charset = '; charset=utf-8'
const events = 'text/event-stream'
// With their charset, because clients may ask for it. Whoever takes everything gets the first.
const offered = ['application/json', 'application/graphql-response+json', events].map((type) => `${type}${charset}`)

const parse = (accept: string): AnswerTypes => {
  const types = new Negotiator({ headers: { accept } })
    .mediaTypes(offered)
    .map((type) => type.slice(0, -charset.length))
  return {
    json: (types.find((type) => type !== events) ?? null) as AnswerTypes['json'],
    events: types.includes(events),
  }
}

/** Accept headers seen lately: clients send the same few again and again. */
const known = createDocumentCache<AnswerTypes>(100, 50_000)

/** Reads an Accept header; without one everything is taken. */
export const answerTypesOf = (accept = '*/*'): AnswerTypes => known.get(accept, parse)

/** The Content-Type header of an answer of this type. */
export const contentType = (json: string): string => `${json}${charset}`
