import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { FindChannels } from '../../generated/channels.ts'
import { problemOf } from '../data/problem.ts'

const patienceMs = 100
const most = 8

/** The channels that a text finds, asked for when somebody pauses while typing. Until others are found they stay. */
export const useFoundChannels = (text: string) => {
  const [asked, ask] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => ask(text.trim()), patienceMs)
    return () => clearTimeout(timer)
  }, [text])
  const [{ data, error }] = useQuery({
    query: FindChannels,
    variables: { text: asked, first: most },
    pause: asked === '',
  })
  const isOver = text.trim() === '' || asked === ''
  return { matches: isOver ? [] : (data?.findChannels ?? []), problem: isOver ? null : problemOf(error) }
}
