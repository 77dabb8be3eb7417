/** The word that the secrets of tests hold, and that must therefore never come out of anything. */
export const canaryWord = 'canary'

/** Secrets that change nothing of how the program behaves. */
export const harmlessCanaries: Readonly<Record<string, string>> = {
  JWT_SECRET: 'canary-of-the-jwt-secret-that-has-32-bytes',
  CONFIG_KEYS: `first:canary${'A'.repeat(37)}=`,
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=canary-of-the-collector-of-traces',
}

/** Secrets as the environment of every test has them. */
export const canaryEnvironment: Readonly<Record<string, string>> = {
  ...harmlessCanaries,
  ADMIN_KEY: 'canary-of-the-admin-key-in-the-environment',
  OPERATOR_KEY: 'canary-of-the-operator-key-in-the-environment',
  KICK_CLIENT_SECRET: 'canary-of-the-kick-client-secret',
  TWITCH_CLIENT_SECRET: 'canary-of-the-twitch-client-secret',
  TWITCH_WEBHOOK_SECRET: 'canary-of-the-twitch-webhook-secret',
  X_BEARER_TOKEN: 'canary-of-the-x-bearer-token',
  S3_SECRET_ACCESS_KEY: 'canary-of-the-s3-secret-access-key',
}

/** A secret that came out: where, and what was around it. */
export type Leak = { where: string; text: string }

const leaks: Leak[] = []

/** Between two pieces of an answer stands the length of the second. */
const joined = (text: string): string => text.replace(/\r\n[0-9a-f]{1,8}\r\n/g, '')

const tailLength = 100

/** Looks for secrets in bytes or text; `before` is what came before on the same way, and what it returns is to be given the next time. */
export const lookForSecrets = (
  where: string,
  chunk: Uint8Array | string,
  before: string,
  secrets: readonly string[],
): string => {
  const raw = before + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1'))
  const [text, seen] = [joined(raw), joined(before)]
  for (const secret of secrets) {
    // What came before was looked at before.
    if (text.split(secret).length <= seen.split(secret).length) continue
    const at = text.lastIndexOf(secret)
    leaks.push({ where, text: text.slice(Math.max(0, at - 120), at + secret.length + 60) })
  }
  return raw.slice(-tailLength)
}

/** The leaks since the last time, oldest first. */
export const takeLeaks = (): Leak[] => leaks.splice(0)
