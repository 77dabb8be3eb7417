export type Colours = {
  text: string
  grid: string
  line: string
  outage: string
  band: string
  /** Of the six chart colours: a line, the area below it, a bar. */
  lines: readonly string[]
  areas: readonly string[]
  bars: readonly string[]
  font: string
}

/**
 * The colours of the chart as the theme has them now. A token may hold one colour for light and one for dark, so an element inside `host`
 * wears it, and the browser says which it is.
 */
export const readColours = (host: HTMLElement): Colours => {
  const probe = document.createElement('span')
  host.append(probe)
  const read = (token: string, share = 100): string => {
    probe.style.color = share < 100 ? `color-mix(in oklch, var(${token}) ${share}%, transparent)` : `var(${token})`
    return getComputedStyle(probe).color
  }
  const chartColours = (share?: number) => Array.from({ length: 6 }, (_, i) => read(`--chart-${i + 1}`, share))
  const colours = {
    text: read('--text-quiet'),
    grid: read('--line'),
    line: read('--line-strong'),
    outage: read('--chart-outage'),
    band: read('--chart-band'),
    lines: chartColours(),
    areas: chartColours(14),
    bars: chartColours(80),
    font: `11px ${getComputedStyle(probe).fontFamily}`,
  }
  probe.remove()
  return colours
}
