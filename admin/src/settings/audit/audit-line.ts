import type { AuditLogQuery } from '../../../generated/graphql.ts'

/** One action of the log. */
export type AuditLine = AuditLogQuery['auditLog']['nodes'][number]
