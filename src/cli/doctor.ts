import { type Config, configProblems, readConfig, variableGroups } from '../config/config.ts'
import { readTrustedOperations, trustedOperationsFile } from '../guard/trusted-operations.ts'
import { listen } from '../http/server/listener.ts'
import type { Environment } from '../lib/environment.ts'
import { ownVersion } from '../lib/own-version.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { checkBucket } from './check-objects.ts'
import { checkPlatforms } from './check-platforms.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkDataDirectory, entriesOf } from './check-server.ts'
import { checkCollector, checkRedis, checkTokenKeys } from './check-services.ts'
import { checkClickHouse, checkEngine, checkPostgres, storeFailure } from './check-stores.ts'
import { bad, type Finding, good } from './finding.ts'
import { listVariables, misspelledVariables } from './list-variables.ts'

/** The manifest, where it says what may be asked. */
const checkManifest = ({ trustedOperations }: Config): Finding[] => {
  if (trustedOperations === 'off') return []
  try {
    const { size } = readTrustedOperations(trustedOperationsFile, trustedOperations)
    return [good(`TRUSTED_OPERATIONS: ${size} documents are trusted.`)]
  } catch (error) {
    return [bad(storeFailure(error))]
  }
}

const checkPort = async (config: Config, server: string | undefined): Promise<Finding> => {
  if (server !== undefined && Number(new URL(server).port) === config.port)
    return good(`PORT: ${config.port} is that of the running server.`)
  try {
    await using _ = await listen(config)
    return good(`PORT: ${config.port === 0 ? 'any that is free' : `${config.port} is free`} on ${config.host}.`)
  } catch (error) {
    return bad(storeFailure(error))
  }
}

const checkDatabases = async ({
  databaseUrl,
  dmDatabaseUrl,
  clickHouseUrl,
  clickHouseCluster,
}: Config): Promise<Finding[]> => [
  ...(databaseUrl ? await checkPostgres('DATABASE_URL', databaseUrl) : []),
  ...(dmDatabaseUrl ? await checkPostgres('DM_DATABASE_URL', dmDatabaseUrl) : []),
  ...(clickHouseUrl ? await checkClickHouse(clickHouseUrl, clickHouseCluster) : [checkEngine()]),
]

const checkServices = async ({ redisUrl, tokens, tracing, s3 }: Config): Promise<Finding[]> => [
  ...(redisUrl ? [await checkRedis(redisUrl)] : []),
  ...(s3 ? [await checkBucket(s3)] : []),
  ...(tokens && 'jwksUrl' in tokens ? [await checkTokenKeys(tokens.jwksUrl)] : []),
  ...(tracing ? [await checkCollector(tracing.endpoint)] : []),
]

/** Looks at the configuration and everything that it names; what it needs to know a `start` would have made as well. */
export const diagnose = async (env: Environment): Promise<Finding[]> => {
  const registry = builtInPlatforms
  const groups = variableGroups(registry)
  const versions = good(`This is channelscope ${ownVersion()}, on Node.js ${process.versions.node}.`)
  const problems = configProblems(env, registry)
  const misspelled = misspelledVariables(groups, env)
  if (problems.length > 0)
    return [
      versions,
      ...listVariables(groups, env, { problems, entries: new Map() }),
      ...misspelled,
      ...problems.map(bad),
    ]
  const config = readConfig(env, registry)
  const { server, found } = await checkDataDirectory(config)
  const entries = server === undefined ? new Map() : await entriesOf(config, server)
  const { environment, tier } = config
  const tiers =
    tier === environment.name ? [] : [good(`TIER: the environment ${environment.name} reads the tier ${tier}.`)]
  return [
    versions,
    ...listVariables(groups, env, { problems, entries }),
    ...misspelled,
    ...found,
    await checkPort(config, server),
    ...tiers,
    ...(await checkDatabases(config)),
    ...(await checkSecrets(config, server)),
    ...(await checkServices(config)),
    ...checkManifest(config),
    ...(await checkPlatforms(config, registry, server !== undefined)),
  ]
}
