const ofDm = /(?<![\w.])"?(?:dm|dm_jobs|pgboss)"?\./
const ofPublic = /(?<![\w.])"?(?:public|public_jobs)"?\.(?!"?fold_case)/

const withoutComments = (text: string): string => text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')

/** The schemas of ours that a statement names. */
export const sidesNamed = (text: string): ('dm' | 'public')[] => {
  const bare = withoutComments(text)
  return [...(ofDm.test(bare) ? (['dm'] as const) : []), ...(ofPublic.test(bare) ? (['public'] as const) : [])]
}

/** The side whose tables a statement names; undefined where it names none. One that names both is an error. */
export const sideOf = (text: string): 'dm' | 'public' | undefined => {
  const [side, other] = sidesNamed(text)
  if (other) throw new Error(`A statement names both sides: ${text}`)
  return side
}
