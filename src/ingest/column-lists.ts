import type { DatabaseSync } from 'node:sqlite'

const selectColumnLists = 'SELECT id, names FROM column_list'
const insertColumnList = 'INSERT INTO column_list (names) VALUES (:names) RETURNING id'

/** The column lists of a spool's file. They are few and long, so each is stored once and chunks refer to its id. */
export const openColumnLists = (database: DatabaseSync) => {
  const idOf = new Map<string, number>()
  const namesOf = new Map<number, readonly string[]>()
  const remember = (id: number, json: string): number => {
    idOf.set(json, id)
    namesOf.set(id, JSON.parse(json) as string[])
    return id
  }
  for (const { id, names } of database.prepare(selectColumnLists).all()) remember(Number(id), String(names))
  const insert = database.prepare(insertColumnList)
  return {
    id: (names: readonly string[]): number => {
      const json = JSON.stringify(names)
      return idOf.get(json) ?? remember(Number(insert.get({ names: json })!.id), json)
    },
    names: (id: number): readonly string[] => namesOf.get(id)!,
  }
}
