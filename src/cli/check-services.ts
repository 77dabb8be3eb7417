import { reasonText } from '../lib/errors.ts'
import { withoutLastSlashes } from '../lib/urls.ts'
import { bad, type Finding, good } from './finding.ts'

const patienceMs = 3_000

const within = async <T>(work: Promise<T>): Promise<T> => {
  const over = Promise.withResolvers<never>()
  const timer = setTimeout(() => over.reject(new Error('no answer in time')), patienceMs)
  try {
    return await Promise.race([work, over.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** The first one with users of its own, which REDIS_URL may name. */
const oldestRedis = 6

const versionOf = (info: string): string | undefined => /^redis_version:(\S+)/m.exec(info)?.[1]

/** Whether Redis lets us in; what it says is told by its first word only, and the URL never. */
export const checkRedis = async (url: string): Promise<Finding> => {
  const { createClient } = await import('@redis/client')
  const client = createClient({ url, socket: { connectTimeout: patienceMs, reconnectStrategy: false } })
  client.on('error', () => undefined)
  try {
    await within(client.connect().then(() => client.ping()))
    const version = await within(client.info('server')).then(versionOf, () => undefined)
    if (version === undefined) return good('REDIS_URL: Redis answers.')
    return Number.parseInt(version, 10) >= oldestRedis
      ? good(`REDIS_URL: Redis ${version} answers.`)
      : bad(`REDIS_URL: Redis ${version} is too old: ${oldestRedis} or newer is needed.`)
  } catch (error) {
    const refused = /^(WRONGPASS|NOAUTH|NOPERM)/.test(reasonText(error))
    return bad(`REDIS_URL can not be used: ${refused ? 'the login is refused' : 'it does not answer'}.`)
  } finally {
    if (client.isOpen) client.destroy()
  }
}

/** Whether whoever issues tokens publishes the keys to check them with. */
export const checkTokenKeys = async (url: string): Promise<Finding> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' })
    const { keys } = (await response.json()) as { keys?: unknown }
    if (response.ok && Array.isArray(keys) && keys.length > 0)
      return good(`JWT_JWKS_URL: ${keys.length} keys are published.`)
    return bad('JWT_JWKS_URL can not be used: it publishes no keys.')
  } catch {
    return bad('JWT_JWKS_URL can not be used: it does not answer with keys.')
  }
}

/** Whether somebody takes traces as JSON there. */
export const checkCollector = async (endpoint: string): Promise<Finding> => {
  try {
    const response = await fetch(`${withoutLastSlashes(endpoint)}/v1/traces`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"resourceSpans":[]}',
      signal: AbortSignal.timeout(patienceMs),
      redirect: 'error',
    })
    await response.body?.cancel()
    // A collector that wants a key is one: the exporter brings its own headers.
    if (response.ok || response.status === 401 || response.status === 403)
      return good('OTEL_EXPORTER_OTLP_ENDPOINT: the collector answers.')
    return bad(`OTEL_EXPORTER_OTLP_ENDPOINT can not be used: it answers ${response.status} to traces.`)
  } catch {
    return bad('OTEL_EXPORTER_OTLP_ENDPOINT can not be used: it does not answer.')
  }
}
