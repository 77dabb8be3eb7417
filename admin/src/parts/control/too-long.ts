/** Why a text is not taken, where it is too long; null where it is not. Nothing of it is cut away. */
export const tooLong = (text: string, longest: number): string | null => {
  const { length } = text.trim()
  return length > longest ? `This has ${length} characters. At most ${longest} are taken.` : null
}
