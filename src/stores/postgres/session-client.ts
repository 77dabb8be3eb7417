import pg from 'pg'
import { ofDatabase } from './failure.ts'

/** What a connection is opened with; `sessionSettings` are those of Postgres that hold for as long as it is open, by name. */
export type SessionConfig = pg.ClientConfig & { sessionSettings?: Readonly<Record<string, string | number>> }

const setAll = (settings: Readonly<Record<string, string | number>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `SET ${name} = ${typeof value === 'number' ? value : pg.escapeLiteral(value)}`)
    .join('; ')

/** A connection with the given settings, set by a statement because poolers refuse or ignore them at the opening. */
export class SessionClient extends pg.Client {
  readonly #settings: string
  readonly #url: string | undefined

  constructor(config: SessionConfig = {}) {
    super(config)
    this.#url = config.connectionString
    this.#settings = setAll(config.sessionSettings ?? {})
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg overloads `connect` with incompatible shapes
  override connect(callback?: any): any {
    const ready = this.#open().catch((error: unknown) => {
      throw ofDatabase(error, this.#url)
    })
    if (!callback) return ready
    ready.then(() => callback(null, this), callback)
  }

  async #open(): Promise<void> {
    await super.connect()
    if (this.#settings === '') return
    // Nobody else listens yet, and a loss without a listener would end the process. The statement fails with it as well.
    const ignore = (): void => undefined
    this.on('error', ignore)
    try {
      await super.query(this.#settings)
    } catch (error) {
      await super.end()
      throw error
    } finally {
      this.off('error', ignore)
    }
  }
}
