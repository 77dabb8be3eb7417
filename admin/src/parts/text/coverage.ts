/** What coverage means, in every place that shows it. */
export const coverageHint = 'The share of the expected probes that was made: how sure the other numbers are.'
