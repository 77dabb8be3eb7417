/** An HTTP answer before it is sent. */
export type Answer = {
  status: number
  body: string
  contentType?: string
  headers?: Record<string, string>
}

/** 200 with already rendered JSON in the envelope of the API; `more` is rendered JSON of further keys. */
export const ok = (data: string, more = ''): Answer => ({ status: 200, body: `{"data":${data},"message":"OK"${more}}` })

/** An error in the envelope of the API. */
export const failure = (status: number, message: string, data: string | null = null): Answer => ({
  status,
  body: JSON.stringify({ data, message }),
})

/** 400 as the API answers arguments outside their limits; `reason` names the argument. */
export const invalid = (reason: string): Answer => failure(400, 'Invalid request', reason)

/** 400 as the OAuth endpoints answer a request that is not complete. */
export const badRequest: Answer = { status: 400, body: JSON.stringify({ error: 'Invalid request' }) }

/** 403 as the API answers a user's token without the scope that is needed. */
export const forbidden: Answer = failure(403, 'Forbidden')

/** 401 as the API answers a missing, unknown or expired token. */
export const unauthorized: Answer = failure(401, 'Unauthorized')

/** 429; whether the platform says when to come back is up to the caller. */
export const tooManyRequests = (retryAfterSeconds?: number): Answer => ({
  ...failure(429, 'Too Many Requests'),
  headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
})

/** 403 as the edge in front of the API answers, in its own shape. */
export const edgeBlocked: Answer = {
  status: 403,
  body: JSON.stringify({ error: 'Request blocked by security policy.', reference: '9b2f6c0d1e7a4f38' }),
}

/** An error page as a proxy in front of the API writes it. */
export const htmlError = (status: number): Answer => ({
  status,
  body: `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>Error ${status}</h1></body></html>\n`,
  contentType: 'text/html; charset=UTF-8',
})
