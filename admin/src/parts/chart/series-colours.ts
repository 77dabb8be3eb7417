/** Which of the chart colours each thing has that is counted, in every place. */
export const seriesColours = { viewers: 1, peak: 2, messages: 3, chatters: 4, follows: 5 } as const
