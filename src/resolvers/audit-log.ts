import { type AuditEntry, type AuditFilter, readActions } from '../audit/read-actions.ts'
import { badInput } from '../lib/errors.ts'
import type { Context } from './context.ts'
import { type Connection, type PageArguments, type PageRequest, readPage } from './page.ts'

export type AuditLogArguments = Pick<PageArguments, 'first' | 'after'> & {
  [Name in keyof AuditFilter]?: AuditFilter[Name] | undefined
}

const list = 'audit log'
const maxFilterLength = 200

const textOf = (argument: string, text: string | null | undefined): string | null => {
  if (text == null) return null
  if (text === '' || text.length > maxFilterLength || text.includes('\0'))
    throw badInput(`${argument} must be 1 to ${maxFilterLength} characters, without NUL.`)
  return text
}

/** A page of what callers changed, on both sides of the data model, newest first. */
export const auditLog = async (
  context: Context,
  { side, subject, action, target, ...page }: AuditLogArguments,
): Promise<Connection<AuditEntry>> => {
  const filter = {
    side: side ?? null,
    subject: textOf('subject', subject),
    action: textOf('action', action),
    target: textOf('target', target),
  }
  const read = ({ beyond, limit }: PageRequest) =>
    readActions(context.databases, filter, { before: beyond?.[1] ?? null, limit })
  return readPage(context, list, page, read, ({ id }) => ['', id])
}
