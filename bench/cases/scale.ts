import { growthByChannels } from '../scale/by-channels.ts'
import { growthByNodes } from '../scale/by-nodes.ts'
import { growthByRows } from '../scale/by-rows.ts'
import { growthBySubscribers } from '../scale/by-subscribers.ts'
import { growthToTenMillion } from '../scale/ten-million.ts'
import type { BenchCase } from '../support/bench-case.ts'

/** How costs grow: channels, subscribers, rows and nodes double in turn, and the same work is done among ten million channels. */
export const scale: BenchCase = {
  name: 'scale',
  onlyByName: true,
  async *run(context) {
    yield await growthByChannels(context)
    yield await growthBySubscribers(context)
    yield await growthByRows(context)
    yield await growthByNodes(context)
    yield await growthToTenMillion(context)
  },
}
