/** The first words of what the engine said of a text or a pattern. */
export const firstWords = (message: string): string =>
  message
    .replace(/^Code: \d+\. DB::Exception: /, '')
    .split(/[:(\n]/)[0]!
    .trim()
    .slice(0, 120)
