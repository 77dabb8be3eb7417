/** The SVG path of a line from 0 to its greatest value, with a gap where a value is null and a dot where one stands alone. */
export const linePath = (values: readonly (number | null)[], width: number, height: number): string => {
  const most = Math.max(1, ...values.map((value) => value ?? 0))
  const inset = 1.5
  const x = (i: number) => inset + (i / Math.max(1, values.length - 1)) * (width - 2 * inset)
  const y = (value: number) => height - inset - (value / most) * (height - 2 * inset)
  return values
    .map((value, i) => {
      if (value === null) return ''
      const isFirst = i === 0 || values[i - 1] === null
      const isAlone = isFirst && (values[i + 1] ?? null) === null
      const point = `${x(i).toFixed(1)} ${y(value).toFixed(1)}`
      return `${isFirst ? 'M' : 'L'}${point}${isAlone ? `L${point}` : ''}`
    })
    .join('')
}
