import type pg from 'pg'

/** What each object of a store is, by its kind and name, as text that two stores can be compared by. */
export type Description = ReadonlyMap<string, string>

// Of extensions, what they make is theirs; schemas of the server itself are the same everywhere.
const ours = (schema: string, catalog: string, oid: string) => `
  ${schema} NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND ${schema} NOT LIKE 'pg_temp%' AND ${schema} NOT LIKE 'pg_toast_temp%'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`

const comment = (oid: string, catalog: string) => `coalesce(' -- ' || obj_description(${oid}, '${catalog}'), '')`

/** Each answers the kind and name of an object, and its definition. */
const queries: readonly string[] = [
  `SELECT 'schema ' || nspname AS name, coalesce(nspacl::text, '') || ${comment('n.oid', 'pg_namespace')} AS definition
   FROM pg_namespace n WHERE ${ours('nspname', 'pg_namespace', 'n.oid')}`,
  `SELECT 'extension ' || extname, extversion || ' in ' || extnamespace::regnamespace FROM pg_extension`,
  // Tables, views and materialized views.
  `SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' ELSE 'table ' END || n.nspname || '.' || c.relname,
     concat_ws(' ', c.relpersistence::text, c.reloptions::text, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid), c.relacl::text,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, CASE WHEN c.relrowsecurity THEN 'row security' END,
       (SELECT 'part of ' || string_agg(inhparent::regclass::text, ', ') FROM pg_inherits WHERE inhrelid = c.oid)) || ${comment('c.oid', 'pg_class')}
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm') AND ${ours('n.nspname', 'pg_class', 'c.oid')}`,
  `SELECT 'order of columns of ' || n.nspname || '.' || c.relname, string_agg(a.attname, ', ' ORDER BY a.attnum)
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE c.relkind IN ('r', 'p') AND ${ours('n.nspname', 'pg_class', 'c.oid')} GROUP BY 1`,
  `SELECT 'column ' || n.nspname || '.' || c.relname || '.' || a.attname,
     concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END,
       CASE WHEN a.attnotnull THEN 'NOT NULL' END, CASE WHEN a.attgenerated::text <> '' THEN 'GENERATED ' || a.attgenerated::text END,
       CASE WHEN a.attidentity::text <> '' THEN 'IDENTITY ' || a.attidentity::text END, 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid),
       CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || a.attstorage::text END, a.attacl::text) || coalesce(' -- ' || col_description(c.oid, a.attnum), '')
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE c.relkind IN ('r', 'p', 'v', 'm') AND ${ours('n.nspname', 'pg_class', 'c.oid')}`,
  `SELECT 'constraint ' || k.conrelid::regclass || ' ' || k.conname,
     pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' not validated' END || ${comment('k.oid', 'pg_constraint')}
   FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE k.conrelid <> 0 AND ${ours('n.nspname', 'pg_class', 'k.conrelid')}`,
  `SELECT 'index ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
     || CASE WHEN i.indisclustered THEN ' clustered' ELSE '' END || CASE WHEN i.indisreplident THEN ' replica identity' ELSE '' END
     || ${comment('i.indexrelid', 'pg_class')}
   FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours('n.nspname', 'pg_class', 'c.oid')}`,
  `SELECT 'trigger ' || t.tgrelid::regclass || ' ' || t.tgname, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text || ${comment('t.oid', 'pg_trigger')}
   FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE NOT t.tgisinternal AND ${ours('n.nspname', 'pg_class', 'c.oid')}`,
  `SELECT 'function ' || p.oid::regprocedure, CASE WHEN p.prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) ELSE p.prokind::text END
     || coalesce(p.proacl::text, '') || ${comment('p.oid', 'pg_proc')}
   FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${ours('n.nspname', 'pg_proc', 'p.oid')}`,
  `SELECT 'type ' || format_type(t.oid, NULL), concat_ws(' ', t.typtype::text,
       (SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid), t.typbasetype::regtype::text) || ${comment('t.oid', 'pg_type')}
   FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r') AND ${ours('n.nspname', 'pg_type', 't.oid')}`,
  `SELECT 'sequence ' || s.seqrelid::regclass, concat_ws(' ', s.seqtypid::regtype::text, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
       (SELECT 'owned by ' || d.refobjid::regclass || '.' || a.attname FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype IN ('a', 'i'))) || ${comment('s.seqrelid', 'pg_class')}
   FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours('n.nspname', 'pg_class', 'c.oid')}`,
  `SELECT 'policy ' || schemaname || '.' || tablename || ' ' || policyname, concat_ws(' ', permissive, roles::text, cmd, qual, with_check) FROM pg_policies`,
  `SELECT 'rule ' || schemaname || '.' || tablename || ' ' || rulename, definition FROM pg_rules WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  `SELECT 'statistics ' || n.nspname || '.' || s.stxname, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace`,
  `SELECT 'event trigger ' || evtname, concat_ws(' ', evtevent, evtfoid::regprocedure::text, evtenabled::text, evttags::text) FROM pg_event_trigger`,
  `SELECT 'publication ' || pubname, puballtables::text FROM pg_publication`,
  `SELECT 'default privileges of ' || defaclrole::regrole || ' ' || defaclnamespace::regnamespace || ' ' || defaclobjtype::text, defaclacl::text FROM pg_default_acl`,
]

const ledgers = ['public._prisma_migrations', 'dm._prisma_migrations']

/** Every object of a Postgres database that is not the server's own, and what the ledgers of migrations say. */
export const describeDatabase = async (db: pg.ClientBase): Promise<Description> => {
  const described = new Map<string, string>()
  const add = async (query: string) => {
    const { rows } = await db.query<[string, string]>({ text: query, rowMode: 'array' })
    for (const [name, definition] of rows) described.set(name, definition)
  }
  // Names are written with their schema, whoever asks.
  await db.query({ text: `SELECT set_config('search_path', 'pg_catalog', false)` })
  for (const query of queries) await add(query)
  for (const ledger of ledgers) {
    if (described.has(`table ${ledger}`))
      await add(`SELECT '${ledger} ' || migration_name, concat_ws(' ', checksum, applied_steps_count, finished_at IS NOT NULL, rolled_back_at, logs)
        FROM ${ledger}`)
  }
  await db.query('RESET search_path')
  return described
}
