import type { ChannelHolesQuery } from '../../generated/graphql.ts'
import type { Bare, ChartsOfChannel } from './channel-series.ts'

export type ToldOutage = Bare<NonNullable<ChannelHolesQuery['channel']>>['viewers']['outages'][number]
type Outage = ChartsOfChannel['viewers']['outages'][number]

// An outage that goes on is longer with each answer: it is asked about again after this.
const growsMs = 60_000

const toldOf = ({ from, to, reason }: Outage, told: readonly ToldOutage[]): ToldOutage | undefined =>
  told.find(
    (one) => one.reason === reason && Date.parse(one.from) < Date.parse(to) && Date.parse(one.to) > Date.parse(from),
  )

/** Outages with what was told of them. */
export const explained = (outages: readonly Outage[], told: readonly ToldOutage[]): Outage[] =>
  outages.map((outage) => ({ ...toldOf(outage, told), ...outage }))

/** Whether all that can be told of the outages was told. */
export const isExplained = (outages: readonly Outage[], told: readonly ToldOutage[]): boolean =>
  outages.every((outage) => {
    const one = toldOf(outage, told)
    return one !== undefined && Date.parse(outage.to) - Date.parse(one.to) < growsMs
  })
