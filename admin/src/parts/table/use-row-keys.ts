import { type RefObject, useEffect } from 'react'
import { isTyping } from '../../view/is-typing.ts'
import { stepTo } from './column.ts'

const steps: Record<string, 1 | -1> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }

/** The link of each row that is in the page has this attribute. */
export const rowLink = 'data-row-link'

/**
 * Moves between the rows: j and k from anywhere in the page, the arrows when a row has the focus, because else they scroll. Of several
 * tables the one with the focus moves, else the first.
 */
export const useRowKeys = (table: RefObject<HTMLTableElement | null>): void => {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const step = steps[event.key]
      const own = table.current
      if (!step || !own || isTyping(event) || document.querySelector('dialog[open], [popover]:popover-open')) return
      const focused = document.activeElement
      const current = focused?.closest('table') ?? document.querySelector(`table:has(a[${rowLink}])`)
      if (current !== own) return
      const links = [...own.querySelectorAll<HTMLAnchorElement>(`a[${rowLink}]`)]
      const at = links.findIndex((link) => link.closest('tr')!.contains(focused))
      if (links.length === 0 || (at < 0 && event.key.startsWith('Arrow'))) return
      event.preventDefault()
      links[stepTo(at, step, links.length)]!.focus()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [table])
}
