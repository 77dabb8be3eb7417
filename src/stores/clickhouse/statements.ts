import { clusterForm } from './cluster-form.ts'

/** What the placeholders of a migration stand for. */
export type MigrationSettings = {
  /** Days after which rows may go. */
  retentionDays: { probes: number; chat: number; webhooks: number }
  /** Name of the cluster whose nodes replicate the tables; absent: one node. */
  cluster?: string | undefined
}

/** The ON CLUSTER clause of DDL, or nothing. */
export const onCluster = ({ cluster }: MigrationSettings): string => (cluster ? `ON CLUSTER '${cluster}'` : '')

/** Fills in the placeholders in double braces; throws TypeError for an unknown one. */
export const fillPlaceholders = (sql: string, settings: MigrationSettings): string =>
  sql.replace(/\{\{([^{}]*)\}\}/g, (_, placeholder: string) => {
    const { probes, chat, webhooks } = settings.retentionDays
    const [, engine] = /^engine:(\w+)$/.exec(placeholder) ?? []
    if (engine) return settings.cluster ? `Replicated${engine}` : engine
    switch (placeholder) {
      case 'on_cluster':
        return onCluster(settings)
      case 'probe_days':
        return String(probes)
      case 'chat_days':
        return String(chat)
      case 'webhook_days':
        return String(webhooks)
      default:
        throw new TypeError(`{{${placeholder}}} is not a placeholder.`)
    }
  })

// Comments and quoted text as wholes, so that a semicolon inside them ends nothing.
const tokens =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`|[\s\S]/g

/** The statements of a script, without comments and without the semicolons between them. */
export const splitStatements = (script: string): string[] => {
  const statements = ['']
  for (const [token] of script.matchAll(tokens)) {
    if (token === ';') statements.push('')
    else if (token.startsWith('--') || token.startsWith('/*')) statements[statements.length - 1] += ' '
    else statements[statements.length - 1] += token
  }
  return statements.map((statement) => statement.trim()).filter(Boolean)
}

/** The statements of a migration as a store runs them: on one node, or on every node of a cluster. */
export const statementsOf = (script: string, settings: MigrationSettings): string[] => {
  const { cluster } = settings
  const statements = splitStatements(fillPlaceholders(script, settings))
  return cluster === undefined ? statements : statements.flatMap((statement) => clusterForm(statement, cluster))
}
