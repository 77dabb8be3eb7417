import { z } from 'zod'
import { acceptLoss, readLosses } from '../ingest/known-losses.ts'
import { ConfigError } from '../lib/errors.ts'
import { storeCommand } from './store-command.ts'
import { matching } from './values.ts'

const list = storeCommand({
  name: 'loss list',
  summary: 'list known losses of rows, and where the damaged files are',
  examples: [{ call: 'loss list', about: 'what is missing, and from when to when' }],
  result: z.object({
    id: z.string().describe('its id, by which it is accepted'),
    target: z.string().describe('the table or queue of the rows'),
    rows: z.int().nullable().describe('how many; null where that is not known'),
    from: z.iso.datetime().describe('the first possible instant of a lost row'),
    to: z.iso.datetime().describe('the end of these instants'),
    setAside: z.string().nullable().describe('where the damaged file is; null where nothing is left of it'),
    acceptedAt: z.iso.datetime().nullable().describe('when it was accepted; null where it was not'),
  }),
  async run(_, { services: { db, env }, say, tell }) {
    const losses = await readLosses(db, env)
    for (const { id, target, rows, from, to, setAside, acceptedAt } of losses) {
      const [begin, end, accepted] = [from.toISOString(), to.toISOString(), acceptedAt?.toISOString() ?? null]
      const state = accepted ? `accepted ${accepted}` : (setAside ?? 'nothing is left')
      tell(
        { id: id.toString(), target, rows, from: begin, to: end, setAside, acceptedAt: accepted },
        `${id}  ${target}  ${rows ?? '?'} rows  ${begin} to ${end}  ${state}`,
      )
    }
    say(`${losses.length} losses`)
    return true
  },
})

const accept = storeCommand({
  name: 'loss accept',
  summary: 'accept that a loss will not be repaired: the warning ends, the outage stays in history',
  arguments: {
    id: { about: 'its id, as loss list has it', value: matching('<id>', /^\d{1,18}$/, 'a number'), required: true },
  },
  examples: [{ call: 'loss accept 3', about: 'live with the third loss' }],
  result: z.object({ id: z.string().describe('the loss that is accepted') }),
  async run({ id }, { services: { db, env }, tell, record }) {
    await record()
    if (!(await acceptLoss(db, env, BigInt(id))))
      throw new ConfigError(
        'There is no loss with this id that may still be repaired: channelscope loss list has them.',
      )
    tell({ id }, `Loss ${id} is accepted.`)
    return true
  },
})

/** Looking after what is lost. */
export const lossCommands = [list, accept]
