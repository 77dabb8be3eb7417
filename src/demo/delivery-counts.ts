/** What became of deliveries. */
export type DeliveryCounts = {
  /** Requests made, repeated attempts included. */
  sent: number
  /** Requests answered with 2xx. */
  delivered: number
  failed: number
  /** Lost to a fault. */
  dropped: number
  /** Lost because too many were waiting. */
  overflowed: number
}

/** Counts since the start, in total and by type of event. */
export type DeliveryStats = Readonly<DeliveryCounts> & { readonly byType: Readonly<Record<string, DeliveryCounts>> }

const none = (): DeliveryCounts => ({ sent: 0, delivered: 0, failed: 0, dropped: 0, overflowed: 0 })

/** Makes counts at zero, and the function that adds one to one of them. */
export const createDeliveryStats = (): {
  stats: DeliveryStats
  count: (type: string, what: keyof DeliveryCounts) => void
} => {
  const byType: Record<string, DeliveryCounts> = {}
  const stats = { ...none(), byType }
  return {
    stats,
    count(type, what) {
      byType[type] ??= none()
      byType[type][what]++
      stats[what]++
    },
  }
}
