import type { ModelRows } from '../../prisma/generated/models.ts'
import { columnsOf, expressions, type ModelName } from '../stores/postgres/model.ts'

/** A row of joined tables: its columns have the alias of their table before their names. */
export type Row = Record<string, unknown>

/** One table's part of a joined row: its select list, and the way back from the row. */
const part = <Model extends ModelName>(model: Model, alias: string) => {
  const columns = columnsOf(model).map(({ field, name }) => ({ field, label: `${alias}.${field}`, name }))
  return {
    list: expressions<Row>(Object.fromEntries(columns.map(({ label, name }) => [label, `${alias}.${name}`]))),
    /** The object, or null where an outer join found none. */
    read: (row: Row): ModelRows[Model] | null => {
      if (row[`${alias}.id`] === null) return null
      const object: Row = {}
      for (const { field, label } of columns) object[field] = row[label]
      return object as ModelRows[Model]
    },
  }
}

/** Channels under the alias c. */
export const channelPart = part('Channel', 'c')
/** Sessions under the alias s. */
export const sessionPart = part('StreamSession', 's')
/** Events of the journal under the alias e. */
export const eventPart = part('StatusEvent', 'e')
