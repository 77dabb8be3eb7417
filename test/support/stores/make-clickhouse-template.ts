import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { migrateTestClickHouse } from './migrate-clickhouse.ts'

// A program: makes a ClickHouse with every table in the directory of its argument.
const store = await openClickHouse({ directory: process.argv[2]! })
await migrateTestClickHouse(store)
await store[Symbol.asyncDispose]()
