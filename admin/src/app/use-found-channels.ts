import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { FindChannels } from '../../generated/channels.ts'
import { problemOf } from '../data/problem.ts'
import { isFindable } from '../parts/channel/handle.ts'

const patienceMs = 100
const most = 8

/**
 * The channels that a text finds, asked for when somebody pauses while typing. Until others are found they stay. `isFound`: they are those of
 * this very text.
 */
export const useFoundChannels = (text: string) => {
  const [asked, ask] = useState('')
  const wanted = isFindable(text) ? text.trim() : ''
  useEffect(() => {
    const timer = setTimeout(() => ask(wanted), patienceMs)
    return () => clearTimeout(timer)
  }, [wanted])
  const [{ data, error, fetching }] = useQuery({
    query: FindChannels,
    variables: { text: asked, first: most },
    pause: asked === '',
  })
  const isOver = wanted === '' || asked === ''
  return {
    matches: isOver ? [] : (data?.findChannels ?? []),
    problem: isOver ? null : problemOf(error),
    isFound: !isOver && asked === wanted && !fetching && data !== undefined,
  }
}
