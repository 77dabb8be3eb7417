import { acceptLoss, readLosses } from '../ingest/known-losses.ts'
import { storeCommand } from './store-command.ts'
import { matching } from './values.ts'

const list = storeCommand({
  name: 'loss list',
  summary: 'list known losses of rows, and where the damaged files are',
  async run(_, { services: { db, env }, say }) {
    const losses = await readLosses(db, env)
    for (const { id, target, rows, from, to, setAside, acceptedAt } of losses) {
      const state = acceptedAt ? `accepted ${acceptedAt.toISOString()}` : (setAside ?? 'nothing is left')
      say(`${id}  ${target}  ${rows ?? '?'} rows  ${from.toISOString()} to ${to.toISOString()}  ${state}`)
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
  async run({ id }, { services: { db, env }, say, record }) {
    await record()
    const accepted = await acceptLoss(db, env, BigInt(id))
    say(accepted ? `Loss ${id} is accepted.` : 'There is no loss with this id that may still be repaired.')
    return accepted
  },
})

/** Looking after what is lost. */
export const lossCommands = [list, accept]
