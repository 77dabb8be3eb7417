import type { Demo } from '../demo/demo.ts'
import type { Clock } from '../lib/clock.ts'
import type { LiveValue } from '../lib/live-value.ts'
import type { Log } from '../lib/log.ts'
import type { AccountLogin } from '../platforms/account-login.ts'
import type { OnCall } from '../platforms/http.ts'
import type { AdjustableRate } from '../platforms/pace.ts'
import type { CallRecord, Platform, PlatformName } from '../platforms/platform.ts'
import type { PlatformAccess, PlatformDefinition } from '../platforms/platform-definition.ts'
import type { WebhookSource } from '../platforms/webhook-source.ts'

/** Something that works with a platform for as long as it is set up. */
export type Attachment = (platform: Platform) => AsyncDisposable | null

/** A platform of the registry, which is set up or not. */
export type PlatformSlot = AsyncDisposable & {
  readonly definition: PlatformDefinition
  readonly parts: { adapter: Platform; webhooks?: WebhookSource; login?: AccountLogin } | null
  /** Makes the parts and starts what is attached; does nothing where they are there. */
  open(): void
  /** Ends what is attached, and then the parts. */
  close(): Promise<void>
  attach(start: Attachment): AsyncDisposable
  /** Its webhooks, which know no delivery while it is not set up; absent where it has none. */
  readonly source: WebhookSource | undefined
}

export type SlotOptions = {
  definition: PlatformDefinition
  /** Asked only while the platform is set up. */
  access: LiveValue<PlatformAccess>
  requestsPerSecond: AdjustableRate
  webhookUrl: string | undefined
  onCall: OnCall
  /** Logs the calls of its webhooks and logins. */
  onRecord: (call: CallRecord) => void
  clock: Clock
  log: Log
  /** Holds the adapter while there is one. */
  adapters: Map<PlatformName, Platform>
}

/** A source that is that of the parts while there are some. What was received before is read after they have gone. */
const switchingSource = ({ name }: PlatformDefinition, now: () => WebhookSource | undefined): WebhookSource => {
  let last: WebhookSource | undefined
  const current = (): WebhookSource | undefined => {
    last = now() ?? last
    return now()
  }
  return {
    platform: name,
    get headerPrefix() {
      return (current() ?? last)?.headerPrefix
    },
    verify: async (headers, body) => (await current()?.verify(headers, body)) ?? { kind: 'not-set-up' },
    read: (message) => (current() ?? last)?.read(message) ?? { kind: 'unsupported' },
    channelOf: (body) => (current() ?? last)?.channelOf(body),
  }
}

/** A slot for a platform, closed. */
export const createPlatformSlot = (options: SlotOptions): PlatformSlot => {
  const { definition, access, adapters, clock, log } = options
  const { requestsPerSecond, webhookUrl, onCall, onRecord } = options
  const shared = { clock, log }
  const attachments = new Map<Attachment, AsyncDisposableStack>()
  let parts: PlatformSlot['parts'] = null
  let running = new AsyncDisposableStack()

  const start = (attachment: Attachment, platform: Platform): void => {
    const own = new AsyncDisposableStack()
    own.use(attachment(platform))
    attachments.set(attachment, running.use(own))
  }

  const close = async (): Promise<void> => {
    const ending = running
    adapters.delete(definition.name)
    parts = null
    running = new AsyncDisposableStack()
    await ending.disposeAsync()
  }

  return {
    definition,
    get parts() {
      return parts
    },
    open() {
      if (parts) return
      const adapter = running.use(
        definition.createPlatform(access, { ...shared, requestsPerSecond, webhookUrl, onCall }),
      )
      const webhooks = definition.createWebhooks?.(access, { ...shared, onRecord })
      running.defer(async () => webhooks?.[Symbol.asyncDispose]?.())
      const login = definition.createLogin?.(access, { ...shared, onRecord })
      running.use(login)
      adapters.set(definition.name, adapter)
      parts = { adapter, ...(webhooks && { webhooks }), ...(login && { login }) }
      for (const attachment of attachments.keys()) start(attachment, adapter)
    },
    close,
    attach(attachment) {
      attachments.set(attachment, new AsyncDisposableStack())
      if (parts) start(attachment, parts.adapter)
      return {
        async [Symbol.asyncDispose]() {
          const own = attachments.get(attachment)
          attachments.delete(attachment)
          await own?.disposeAsync()
        },
      }
    },
    source: definition.createWebhooks && switchingSource(definition, () => parts?.webhooks),
    [Symbol.asyncDispose]: close,
  }
}

/** Where the simulated platform is and who we are there. */
export const simulatedAccess = ({ kick }: Demo): PlatformAccess => ({
  apiUrl: kick.url,
  idUrl: kick.url,
  ...kick.credentials,
})
