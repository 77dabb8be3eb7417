import { shortNumber } from '../../view/format.ts'

const sizes = [1, 2, 5]

/** Distances of ticks on an axis of counts: whole numbers only. */
export const wholeSteps: number[] = Array.from({ length: 13 }, (_, power) => sizes.map((n) => n * 10 ** power)).flat()

/** "1 k", "1.5 k": without a zero behind the point. */
export const axisNumber = (value: number): string => shortNumber(value).replace(/\.0(?=\D|$)/, '')

/** From 0 to a little above the greatest value; 1 where there is none. */
export const countRange = (most: number | null): [number, number] => [0, most && most > 0 ? most * 1.08 : 1]
