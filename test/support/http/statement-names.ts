/** The name of a statement, or what made it where the name follows its text. */
export const statementName = (name: string | undefined): string => {
  if (name?.startsWith('p_')) return 'prisma'
  return name?.startsWith('compiled_') ? 'compiled' : (name ?? '')
}
