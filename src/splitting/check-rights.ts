import { ConfigError } from '../lib/errors.ts'
import type { Place } from './open-places.ts'

type Rights = { login: string; mayCreate: boolean; closedSchema: string | null; foreignTable: string | null }

/** What the login may do; `alsoOwned` names one more table that it has to own where it is there. */
const rightsOf = async ({ db }: Place, alsoOwned: string): Promise<Rights> => {
  const { rows } = await db.query<Rights>(
    `SELECT current_user::text AS login, has_database_privilege(current_database(), 'CREATE') AS "mayCreate",
       (SELECT min(nspname::text) FROM pg_namespace
        WHERE nspname IN ('dm', 'dm_jobs') AND NOT (has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE'))) AS "closedSchema",
       (SELECT min(n.nspname || '.' || c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND (n.nspname IN ('dm', 'dm_jobs') OR n.nspname || '.' || c.relname = $1)
          AND NOT pg_has_role(c.relowner, 'USAGE')) AS "foreignTable"`,
    [alsoOwned],
  )
  return rows[0]!
}

const refuse = ({ given, name }: Place, lack: string): never => {
  throw new ConfigError(`${given} can not be used: its login ${lack} at ${name}.`)
}

/** Refuses a login of the old place that could not move `dm` out to the end: a ConfigError. */
export const checkRightsOfOld = async (place: Place): Promise<void> => {
  // Its key to channels goes with the move.
  const { login, mayCreate, foreignTable } = await rightsOf(place, 'public.streamer_channel_link')
  if (!mayCreate) refuse(place, `${login} may not create schemas`)
  if (foreignTable !== null) refuse(place, `${login} does not own ${foreignTable}`)
}

/** Refuses a login of the new place that could not fill it: a ConfigError. */
export const checkRightsOfNew = async (place: Place): Promise<void> => {
  const { login, mayCreate, closedSchema, foreignTable } = await rightsOf(place, '')
  if (!mayCreate) refuse(place, `${login} may not create schemas`)
  if (closedSchema !== null) refuse(place, `${login} may not create tables in the schema ${closedSchema}`)
  if (foreignTable !== null) refuse(place, `${login} does not own ${foreignTable}`)
}
