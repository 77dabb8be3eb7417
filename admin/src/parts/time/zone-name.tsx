import { useView } from '../../view/view.tsx'
import { offsetOf } from '../../view/zone.ts'

/** The zone of the page, named once where there is no choice of the range. */
export const ZoneName = () => {
  const { zone } = useView()
  return <span title={offsetOf(zone, Date.now())}>Times in {zone}</span>
}
