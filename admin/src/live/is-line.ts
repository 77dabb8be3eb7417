// Fewer beside each other are a dot or a stroke, which shows no course.
const fewest = 3

/** Whether values are worth a line: some of them stand beside each other. */
export const isLine = (values: readonly (number | null)[]): boolean =>
  values.some((_, at) => {
    const beside = values.slice(at, at + fewest)
    return beside.length === fewest && !beside.includes(null)
  })
