// Preloaded into a process of the program (node --import): its wall clock is off by the milliseconds that the file CLOCK_OFFSET_FILE
// holds, as a machine's clock is that somebody has set. The monotonic clock runs on undisturbed, as it does there.
import { readFileSync } from 'node:fs'

const file = process.env.CLOCK_OFFSET_FILE
const RealDate = Date
let offsetMs = 0
const read = () => {
  try {
    offsetMs = Number(readFileSync(file, 'utf8'))
  } catch {
    offsetMs = 0
  }
}
read()
setInterval(read, 20).unref()

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + offsetMs)
    else super(...given)
  }
  static now() {
    return RealDate.now() + offsetMs
  }
}
