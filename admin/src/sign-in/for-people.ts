/** A refusal of the API without what it says to programs: behind ": send" stands how they send a key. */
export const forPeople = (sentence: string): string => {
  const end = sentence.indexOf(': send ')
  return end === -1 ? sentence : `${sentence.slice(0, end)}.`
}
