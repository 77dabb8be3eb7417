import { z } from 'zod'
import { mustBe, variableGroup } from '../lib/environment.ts'
import { httpUrl, oneOf, text, textLike, wholeNumber } from '../lib/environment-values.ts'
import { keyListForm, parseKeyRing } from './key-ring.ts'

/** Requests a minute: of one address without a key, and of one key from wherever it is used. */
export type Rates = { perAddress: number; perKey: number }

/** What anybody may do unless the operator says otherwise. */
export const defaultRates: Rates = { perAddress: 6_000, perKey: 60_000 }

/** Who reads the metrics without being an operator: programs on this machine, nobody, or everybody. */
export type MetricsAccess = 'local' | 'operator' | 'everybody'

/** Whether documents must be in the manifest: they need not, those that are have fewer limits, no others are executed. */
export type TrustMode = 'off' | 'prefer' | 'only'

/** How JWTs are signed that are accepted, and who must have made them for whom; undefined means that none is accepted. */
type TokenRules = ({ jwksUrl: string } | { secret: string }) & { issuer?: string; audience?: string }

const rate = wholeNumber(1_000, 100_000_000)

const apiKey = textLike(/^[\x21-\x7e]{16,200}$/, '16 to 200 printable characters without spaces')

const keyRing = z
  .string()
  .transform(parseKeyRing)
  .refine((ring) => ring !== null)
  .describe(keyListForm)

const isLoopback = (hostname: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)

const requireSafeKeys = (jwksUrl: string): void => {
  const { protocol, hostname, username, password } = new URL(jwksUrl)
  if (protocol !== 'https:' && !isLoopback(hostname)) mustBe('JWT_JWKS_URL', 'https, except on this machine')
  if (username || password) mustBe('JWT_JWKS_URL', 'a URL without a login')
}

const metricsAccessOf = ({
  PUBLIC_ACCESS,
  METRICS_ACCESS,
}: {
  PUBLIC_ACCESS: 'read' | 'none'
  METRICS_ACCESS?: MetricsAccess
}): MetricsAccess => {
  // Who has no key is let in nowhere, so nobody else could read them.
  if (PUBLIC_ACCESS === 'none' && METRICS_ACCESS !== undefined && METRICS_ACCESS !== 'operator')
    mustBe('METRICS_ACCESS', 'operator where PUBLIC_ACCESS is none')
  return METRICS_ACCESS ?? (PUBLIC_ACCESS === 'none' ? 'operator' : 'local')
}

const callerVariables = variableGroup(
  {
    PUBLIC_ACCESS: {
      schema: oneOf(['read', 'none']),
      default: 'read',
      description: 'Whether callers without a key may read.',
    },
    METRICS_ACCESS: {
      schema: oneOf(['local', 'operator', 'everybody']),
      unset: '`operator` with `PUBLIC_ACCESS=none`, else `local`',
      description:
        'Who may read `/metrics`: programs on this machine that no proxy stands before, only operators, or everybody. Operators always may.',
    },
    INTROSPECTION: {
      schema: oneOf(['on', 'admin', 'off']),
      unset: '`admin` with a database of your own, else `on`',
      description: 'Who may ask for the schema.',
    },
    TRUSTED_OPERATIONS: {
      schema: oneOf(['off', 'prefer', 'only']),
      default: 'off',
      description: 'Whether documents of `trusted-operations.json` have fewer limits, or are the only ones executed.',
    },
    RATE_LIMIT_PER_ADDRESS: {
      schema: rate,
      default: String(defaultRates.perAddress),
      description: 'The requests a minute of an address without a key.',
    },
    RATE_LIMIT_PER_KEY: {
      schema: rate,
      default: String(defaultRates.perKey),
      description: 'The requests a minute of a key.',
    },
  },
  (values) => ({
    publicAccess: values.PUBLIC_ACCESS,
    metricsAccess: metricsAccessOf(values),
    introspection: values.INTROSPECTION,
    trustedOperations: values.TRUSTED_OPERATIONS as TrustMode,
    /** Requests a minute. */
    rates: { perAddress: values.RATE_LIMIT_PER_ADDRESS, perKey: values.RATE_LIMIT_PER_KEY } as Rates,
  }),
)

const keyVariables = variableGroup(
  {
    ADMIN_KEY: {
      schema: apiKey,
      unset: 'made in `DATA_DIR`',
      secret: true,
      description: 'The first key of an administrator.',
    },
    OPERATOR_KEY: {
      schema: apiKey,
      unset: 'made in `DATA_DIR`',
      secret: true,
      description: 'The first key of an operator.',
    },
    CONFIG_KEYS: {
      schema: keyRing,
      unset: 'made in `DATA_DIR/config-keys`',
      secret: true,
      description: 'The keys that encrypt secrets in the configuration: the first encrypts, all decrypt.',
    },
  },
  ({ ADMIN_KEY: admin, OPERATOR_KEY: operator, CONFIG_KEYS: configKeys }) => {
    if (admin !== undefined && admin === operator) mustBe('OPERATOR_KEY', 'another key than ADMIN_KEY')
    return {
      /** Bootstrap keys; undefined means generated and kept in the data directory. */
      keys: { admin, operator },
      /** What secrets are encrypted with; undefined means generated and kept in the data directory. */
      configKeys,
    }
  },
)

const tokenVariables = variableGroup(
  {
    JWT_JWKS_URL: {
      schema: httpUrl('https://login.example.com/.well-known/jwks.json'),
      unset: 'no tokens',
      description: 'The published keys that accepted JWTs are signed with.',
    },
    JWT_SECRET: {
      schema: text,
      unset: 'no tokens',
      secret: true,
      description:
        'The secret of at least 32 bytes that accepted JWTs are signed with (HS256), instead of published keys.',
    },
    JWT_ISSUER: { schema: text, unset: 'any', description: 'The issuer that a JWT must name.' },
    JWT_AUDIENCE: { schema: text, unset: 'any', description: 'The audience that a JWT must name.' },
  },
  (values): { tokens: TokenRules | undefined } => {
    const { JWT_JWKS_URL: jwksUrl, JWT_SECRET: secret, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = values
    const further = { ...(issuer && { issuer }), ...(audience && { audience }) }
    if (jwksUrl !== undefined) {
      requireSafeKeys(jwksUrl)
      return secret ? mustBe('JWT_SECRET', 'unset where JWT_JWKS_URL is set') : { tokens: { jwksUrl, ...further } }
    }
    if (secret !== undefined)
      return Buffer.byteLength(secret) < 32
        ? mustBe('JWT_SECRET', 'at least 32 bytes long')
        : { tokens: { secret, ...further } }
    return issuer || audience
      ? mustBe(issuer ? 'JWT_ISSUER' : 'JWT_AUDIENCE', 'set together with JWT_JWKS_URL or JWT_SECRET')
      : { tokens: undefined }
  },
)

/** Who may ask for what, how much, and how callers prove who they are. */
export const accessVariables = [callerVariables, keyVariables, tokenVariables] as const
