/** An outage as the API tells it. With its explanation it is told only where that was asked for. */
export type ToldOutage = {
  from: string
  to: string
  reason: string
  explanation?: string
  evidence?: Evidence | null
}

/** Where it can be seen why there is an outage. */
export type Evidence = {
  place: string
  from: string
  to: string
  platform?: string | null
  failed?: boolean | null
  side?: string | null
  target?: string | null
}

// An outage that goes on is longer with each answer: it is asked about again after this.
const growsMs = 60_000

const toldOf = ({ from, to, reason }: ToldOutage, told: readonly ToldOutage[]): ToldOutage | undefined =>
  told.find(
    (one) => one.reason === reason && Date.parse(one.from) < Date.parse(to) && Date.parse(one.to) > Date.parse(from),
  )

/** Outages with what was told of them. */
export const explained = (outages: readonly ToldOutage[], told: readonly ToldOutage[]): ToldOutage[] =>
  outages.map((outage) => ({ ...toldOf(outage, told), ...outage }))

/** Whether all that can be told of the outages was told. */
export const isExplained = (outages: readonly ToldOutage[], told: readonly ToldOutage[]): boolean =>
  outages.every((outage) => {
    const one = toldOf(outage, told)
    return one !== undefined && Date.parse(outage.to) - Date.parse(one.to) < growsMs
  })
