import { expect, test } from 'vitest'
import { fillPlaceholders, splitStatements } from '../../../src/stores/clickhouse/statements.ts'

const retentionDays = { probes: 365, chat: 30, webhooks: 7 }

test('a semicolon ends a statement only outside of text, names and comments', () => {
  const script = `
    -- first; not an end
    CREATE TABLE a (x String DEFAULT ';' COMMENT 'it''s; and \\'; too');
    /* second; */ INSERT INTO \`b;\` VALUES ("c;");
    ;
    -- nothing follows`
  expect(splitStatements(script)).toEqual([
    `CREATE TABLE a (x String DEFAULT ';' COMMENT 'it''s; and \\'; too')`,
    'INSERT INTO `b;` VALUES ("c;")',
  ])
})

test('the placeholders of one node name plain engines and no cluster', () => {
  const sql =
    'CREATE TABLE t {{on_cluster}} ENGINE = {{engine:MergeTree}} TTL d + {{probe_days}}, {{chat_days}}, {{webhook_days}}'
  expect(fillPlaceholders(sql, { retentionDays })).toBe('CREATE TABLE t  ENGINE = MergeTree TTL d + 365, 30, 7')
})

test('the placeholders of a cluster replicate every engine', () => {
  expect(fillPlaceholders('{{on_cluster}} {{engine:AggregatingMergeTree}}', { retentionDays, cluster: 'main' })).toBe(
    "ON CLUSTER 'main' ReplicatedAggregatingMergeTree",
  )
})

test('a placeholder that nobody knows is refused', () => {
  expect(() => fillPlaceholders('{{days}}', { retentionDays })).toThrow('{{days}} is not a placeholder.')
})
