/** Whether both are the same instant, or both none. */
export const isSame = (a: Date | null | undefined, b: Date | null | undefined): boolean => a?.getTime() === b?.getTime()

/** The later of two instants, of which the second may be none. */
export const later = (a: Date, b: Date | null | undefined): Date => (b && b > a ? b : a)

/** The earlier of two instants, of which the second may be none. */
export const earlier = (a: Date, b: Date | null | undefined): Date => (b && b < a ? b : a)
