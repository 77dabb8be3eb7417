import type { AlertTargetKind, AlertTargetLineFragment } from '../../../generated/graphql.ts'

/** A target as it stands in the form. What is secret is empty where it is to stay as it is. */
export type TargetDraft = {
  kind: AlertTargetKind
  name: string
  url: string
  authorization: string
  dropsAuthorization: boolean
  threadId: string
  mentionRoleId: string
  host: string
  port: string
  security: 'tls' | 'starttls' | 'none'
  from: string
  /** One a line. */
  to: string
  user: string
  password: string
  dropsLogin: boolean
}

/** A target that nobody has made yet. */
export const emptyTarget: TargetDraft = {
  ...{
    kind: 'DISCORD',
    name: '',
    url: '',
    authorization: '',
    dropsAuthorization: false,
    threadId: '',
    mentionRoleId: '',
  },
  ...{ host: '', port: '465', security: 'tls', from: '', to: '', user: '', password: '', dropsLogin: false },
}

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

/** A target that there is, to be changed. */
export const targetDraftOf = ({
  kind,
  name,
  settings,
}: Pick<AlertTargetLineFragment, 'kind' | 'name' | 'settings'>): TargetDraft => {
  const known = (settings ?? {}) as Record<string, unknown>
  const security = known.security as TargetDraft['security'] | undefined
  return {
    ...emptyTarget,
    ...{ kind, name, threadId: textOf(known.threadId), mentionRoleId: textOf(known.mentionRoleId) },
    ...{ host: textOf(known.host), port: textOf(known.port), security: security ?? 'tls', from: textOf(known.from) },
    to: Array.isArray(known.to) ? known.to.map(textOf).join('\n') : '',
  }
}

const withoutEmpty = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : [])))

/** What is not secret, as the API takes it. */
export const settingsOf = ({ kind, threadId, mentionRoleId, host, port, security, from, to }: TargetDraft): object => {
  if (kind === 'DISCORD') return withoutEmpty({ threadId, mentionRoleId })
  if (kind !== 'EMAIL') return {}
  const recipients = to
    .split(/[\n,;]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
  return { host: host.trim(), port: Number(port), security, from: from.trim(), to: recipients }
}

/** What is secret, as the API takes it: what is not written stays, and null takes something away. */
export const secretsOf = (draft: TargetDraft): object => {
  const { kind, url, authorization, dropsAuthorization, user, password, dropsLogin } = draft
  if (kind === 'EMAIL')
    return dropsLogin ? { login: null } : user === '' && password === '' ? {} : { login: { user, password } }
  const of = { url, authorization: kind === 'HTTP' && !dropsAuthorization ? authorization : '' }
  return { ...withoutEmpty(of), ...(kind === 'HTTP' && dropsAuthorization && { authorization: null }) }
}

/** What a target that is made lacks; null where it lacks nothing. The server judges the rest. */
export const targetLack = ({ kind, name, url, host, from, to }: TargetDraft, isNew: boolean): string | null => {
  if (name.trim() === '') return 'Give it a name.'
  if (kind === 'EMAIL') return host && from && to ? null : 'Give server, sender and recipients.'
  return isNew && url === '' ? 'Give its URL.' : null
}
