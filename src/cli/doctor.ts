import { requirePlaceOfDm } from '../app/place-of-dm.ts'
import { type Config, configProblems, readConfig, variableGroups } from '../config/config.ts'
import { type VariableNow, variablesNow } from '../config/variables-now.ts'
import { readTrustedOperations, trustedOperationsFile } from '../guard/trusted-operations.ts'
import { listen } from '../http/server/listener.ts'
import type { Environment } from '../lib/environment.ts'
import { ownVersion } from '../lib/own-version.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { checkBucket } from './check-objects.ts'
import { checkPlatforms } from './check-platforms.ts'
import { checkReach } from './check-reach.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkDataDirectory, variablesOf } from './check-server.ts'
import { checkCollector, checkRedis, checkTokenKeys } from './check-services.ts'
import { checkClickHouse, checkEngine, checkPostgres, storeFailure } from './check-stores.ts'
import { checkTier } from './check-tier.ts'
import { bad, type Finding, good, note } from './finding.ts'
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
  if (server !== undefined) return good(`PORT: ${new URL(server).port} is that of the running server.`)
  try {
    await using _ = await listen(config)
    return good(`PORT: ${config.port === 0 ? 'any that is free' : `${config.port} is free`} on ${config.host}.`)
  } catch (error) {
    return bad(storeFailure(error))
  }
}

/** Both databases of Postgres, and where both can be used, whether `dm` is where it is looked for. */
const checkSides = async (databaseUrl: string | undefined, dmDatabaseUrl: string | undefined): Promise<Finding[]> => {
  const found = [
    ...(databaseUrl ? await checkPostgres('DATABASE_URL', databaseUrl) : []),
    ...(dmDatabaseUrl ? await checkPostgres('DM_DATABASE_URL', dmDatabaseUrl) : []),
  ]
  if (!databaseUrl || !dmDatabaseUrl || found.some(({ ok }) => !ok)) return found
  try {
    await requirePlaceOfDm({ publicUrl: databaseUrl, dmUrl: dmDatabaseUrl, variable: 'DATABASE_URL' })
    return found
  } catch (error) {
    return [...found, bad(storeFailure(error))]
  }
}

const checkDatabases = async ({
  databaseUrl,
  dmDatabaseUrl,
  clickHouseUrl,
  clickHouseCluster,
}: Config): Promise<Finding[]> => [
  ...(await checkSides(databaseUrl, dmDatabaseUrl)),
  ...(clickHouseUrl ? await checkClickHouse(clickHouseUrl, clickHouseCluster) : [checkEngine()]),
]

const checkServices = async ({ redisUrl, tokens, tracing, s3 }: Config): Promise<Finding[]> => [
  ...(redisUrl ? [await checkRedis(redisUrl)] : []),
  ...(s3 ? [await checkBucket(s3)] : []),
  ...(tokens && 'jwksUrl' in tokens ? [await checkTokenKeys(tokens.jwksUrl)] : []),
  ...(tracing ? [await checkCollector(tracing.endpoint)] : []),
]

type Groups = ReturnType<typeof variableGroups>

/** What there is to know of the variables: whose they are, each of them, and the environment that the checks look at. */
type Variables = { whose: Finding[]; now: readonly VariableNow[]; env: Environment }

/**
 * An environment with what the running server tells of its own. Secrets stay those of this shell, as a server does not tell them, and so does a group of which
 * the server tells not enough.
 */
const withServers = (groups: Groups, env: Environment, told: readonly VariableNow[]): Environment => {
  let used = env
  for (const { variables, read } of groups) {
    const merged = { ...used }
    for (const { name, value, source } of told)
      if (variables[name] && !variables[name].secret && source !== 'CONFIGURATION')
        merged[name] = source === 'ENVIRONMENT' ? value! : undefined
    if (!('problems' in read(merged))) used = merged
  }
  return used
}

const variablesWith = async (groups: Groups, env: Environment, config: Config, server?: string): Promise<Variables> => {
  const shell = 'those of this shell'
  if (server === undefined)
    return { whose: [good(`The variables are ${shell}: no server runs.`)], now: config.shown, env }
  const told = await variablesOf(config, server)
  if (told === undefined)
    return {
      whose: [note(`The variables are ${shell}: the server at ${server} does not tell its own.`)],
      now: config.shown,
      env,
    }
  const used = withServers(groups, env, told)
  const said = new Map(variablesNow(groups, used).map((one) => [one.name, one]))
  const others = told
    .filter(({ name, source }) => source !== 'CONFIGURATION' && name !== 'DATA_DIR' && said.has(name))
    .filter(({ name, value, source }) => said.get(name)!.value !== value || said.get(name)!.source !== source)
    .map(({ name }) => name)
  const whose = [
    good(
      `The variables are those of the server at ${server}. Secrets that are needed to check something are ${shell}.`,
    ),
  ]
  if (others.length > 0)
    whose.push(
      note(`What is checked is not what the server has, as this shell says otherwise of ${others.join(', ')}.`),
    )
  return { whose, now: told, env: used }
}

/** Looks at the configuration and everything that it names, and changes nothing of it. Where a server runs, its variables are told and not those of the shell. */
export const diagnose = async (env: Environment): Promise<Finding[]> => {
  const registry = builtInPlatforms
  const groups = variableGroups(registry)
  const versions = good(`This is channelscope ${ownVersion()}, on Node.js ${process.versions.node}.`)
  const problems = configProblems(env, registry)
  const misspelled = misspelledVariables(groups, env)
  if (problems.length > 0)
    return [
      versions,
      ...listVariables(groups, variablesNow(groups, env), problems),
      ...misspelled,
      ...problems.map(bad),
    ]
  const given = readConfig(env, registry)
  const { server, found } = await checkDataDirectory(given)
  const { whose, now, env: used } = await variablesWith(groups, env, given, server)
  const config = { ...readConfig(used, registry), dataDir: given.dataDir }
  return [
    versions,
    ...whose,
    ...listVariables(groups, now),
    ...misspelled,
    ...checkReach(now),
    ...found,
    await checkPort(config, server),
    ...(await checkTier(config)),
    ...(await checkDatabases(config)),
    ...(await checkSecrets(config, server)),
    ...(await checkServices(config)),
    ...checkManifest(config),
    ...(await checkPlatforms(config, registry, server !== undefined)),
  ]
}
