import type { Config } from '../config/config.ts'
import { simulatedPlatform } from '../demo/simulated-platform.ts'
import { systemClock } from '../lib/clock.ts'
import { fixedValue } from '../lib/live-value.ts'
import { silentLog } from '../lib/log.ts'
import type { PlatformAccess, PlatformDefinition, PlatformRegistry } from '../platforms/platform-definition.ts'
import { bad, type Finding, good, note } from './finding.ts'

/** Signatures of deliveries are refused beyond some minutes, and the header counts whole seconds. */
const clockToleranceSeconds = 30
const patienceMs = 5_000

/** A user to ask about: whoever that is, the answer shows whether we may ask. */
const anybody = ['1']

/** Whether a platform accepts who we are: one call that costs nothing. */
const checkCredentials = async (
  { title, createPlatform }: PlatformDefinition,
  access: PlatformAccess,
): Promise<Finding> => {
  await using platform = createPlatform(fixedValue(access), {
    clock: systemClock,
    log: silentLog,
    requestsPerSecond: fixedValue(1),
    webhookUrl: undefined,
    onCall: () => undefined,
  })
  const { capabilities } = platform
  const answer = await (capabilities.has('live-status') ? platform.fetchLive(anybody) : platform.fetchProfiles(anybody))
  if (answer.ok) return good(`${title} accepts the credentials.`)
  const { kind, message } = answer.failure
  if (kind === 'unauthorized') return bad(`${title} refuses the credentials: ${message}.`)
  if (kind === 'rate-limited')
    return note(`${title} wants fewer requests now, so its answer to the credentials is not known.`)
  return bad(`${title} does not answer as it should: ${message}.`)
}

/** How far our clock is from that of a platform, by the head of an answer; null where it tells none. */
const checkClock = async (title: string, url: string): Promise<Finding | null> => {
  const askedAt = systemClock()
  const response = await fetch(url, {
    method: 'HEAD',
    redirect: 'manual',
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => null)
  const told = Date.parse(response?.headers.get('date') ?? '')
  if (Number.isNaN(told)) return null
  const ahead = Math.round(((askedAt + systemClock()) / 2 - told) / 1_000)
  if (Math.abs(ahead) <= clockToleranceSeconds) return good(`The clock of this machine is that of ${title}.`)
  const where = ahead > 0 ? 'ahead of' : 'behind'
  return bad(`The clock of this machine is ${Math.abs(ahead)} seconds ${where} that of ${title}: set it by NTP.`)
}

const notSetUp = ({ name, title }: PlatformDefinition, { demo }: Config): Finding => {
  if (name !== simulatedPlatform) return good(`${title}: no credentials, so it is not asked.`)
  return good(
    `${title}: no credentials${demo !== 'off' ? ', so the simulated platform is polled.' : ' and DEMO is off: nothing is polled.'}`,
  )
}

/** What every platform says to the credentials of the environment. While a server runs, it asks and tells: two would ask too fast. */
export const checkPlatforms = async (
  config: Config,
  registry: PlatformRegistry,
  serverRuns: boolean,
): Promise<Finding[]> => {
  const findings: Finding[] = []
  for (const definition of registry) {
    const { access } = config.platforms.get(definition.name)!
    if (!access) findings.push(notSetUp(definition, config))
    else if (serverRuns)
      findings.push(good(`${definition.title}: credentials are set, and the running server uses them.`))
    else {
      findings.push(await checkCredentials(definition, access))
      const clock = await checkClock(definition.title, access.apiUrl!)
      if (clock) findings.push(clock)
    }
  }
  return findings
}
