/** An HTTP answer before it is sent. */
export type Answer = { status: number; body: string; contentType?: string; headers?: Record<string, string> }

/** 200 with rendered JSON in the envelope of the API; `more` is rendered JSON of further keys. */
export const ok = (data: string, more = ''): Answer => ({ status: 200, body: `{"data":${data},"message":"OK"${more}}` })

/** An error in the envelope of the API. */
export const failure = (status: number, message: string, data: string | null = null): Answer => ({
  status,
  body: JSON.stringify({ data, message }),
})

/** The 400 of the API for an argument outside its limits; `reason` names the argument. */
export const invalid = (reason: string): Answer => failure(400, 'Invalid request', reason)

/** The 400 of the OAuth endpoints for an incomplete request. */
export const badRequest: Answer = { status: 400, body: JSON.stringify({ error: 'Invalid request' }) }

/** The 403 of the API for a user's token without the necessary scope. */
export const forbidden: Answer = failure(403, 'Forbidden')

/** The 401 of the API for a missing, unknown or expired token. */
export const unauthorized: Answer = failure(401, 'Unauthorized')

/** The 429 of the API, with or without the time to wait. */
export const tooManyRequests = (retryAfterSeconds?: number): Answer => ({
  ...failure(429, 'Too Many Requests'),
  headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
})

/** The 403 of the edge in front of the API, which has a shape of its own. */
export const edgeBlocked: Answer = {
  status: 403,
  body: JSON.stringify({ error: 'Request blocked by security policy.', reference: '9b2f6c0d1e7a4f38' }),
}

/** The error page of a proxy in front of the API. */
export const htmlError = (status: number): Answer => ({
  status,
  body: `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>Error ${status}</h1></body></html>\n`,
  contentType: 'text/html; charset=UTF-8',
})

/** Whom a token stands for: the app itself or a user, who is also a channel. */
export type Principal = { kind: 'app' } | { kind: 'user'; userId: number; scopes: readonly string[] }

/** A request with a valid token. */
export type Call = { query: URLSearchParams; body: string; principal: Principal }

/** Answers requests with a valid token; throws InvalidArgument. */
export type Endpoint = (call: Call) => Answer
