import pg from 'pg'

/** What the driver tells of the columns of an answer. */
type Description = { fields: readonly pg.FieldDef[] }

/** The driver's query, and what its types do not tell of it. */
type DriverQuery = pg.Query & {
  readonly name: string
  readonly text: string
  prepare(connection: DriverConnection): void
  handleRowDescription(description: Description): void
}
type DriverConnection = pg.Connection & { parsedStatements: Record<string, string | undefined> }

const DriverQuery = pg.Query as unknown as new (text: string, values: unknown[]) => DriverQuery

/** A connection as it is for a statement whose columns are known: it asks for nothing that describes them. */
type Known = { descriptions: Map<string, Description>; quiet: DriverConnection }
const connections = new WeakMap<DriverConnection, Known>()

const knownOf = (connection: DriverConnection): Known => {
  let known = connections.get(connection)
  if (!known) {
    const quiet = Object.create(connection, { describe: { value: () => undefined } }) as DriverConnection
    known = { descriptions: new Map(), quiet }
    connections.set(connection, known)
  }
  return known
}

/**
 * A statement with a name asks a connection for the description of its columns once. They stay what they are while it is prepared there,
 * because Postgres refuses it where they would change. The driver alone asks for them, and reads them, each time.
 */
export class DescribedQuery extends DriverQuery {
  declare readonly name: string
  #connection: DriverConnection | undefined

  constructor(name: string, text: string, values: readonly unknown[]) {
    super(text, values as unknown[])
    this.name = name
  }

  override prepare(connection: DriverConnection): void {
    const { descriptions, quiet } = knownOf(connection)
    const description = descriptions.get(this.name)
    const isKnown = description !== undefined && connection.parsedStatements[this.name] === this.text
    if (isKnown) super.handleRowDescription(description)
    else this.#connection = connection
    super.prepare(isKnown ? quiet : connection)
  }

  override handleRowDescription(description: Description): void {
    if (this.#connection && this.name !== '') knownOf(this.#connection).descriptions.set(this.name, description)
    super.handleRowDescription(description)
  }
}
