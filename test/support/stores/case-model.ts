/**
 * Full Unicode case folding of canonically equal texts, plainly, from the casing of the language alone: small, large and small again
 * brings all cases of a letter together, but for the few that the standard folds otherwise.
 */
export const foldedPlainly = (text: string): string =>
  [...text.normalize('NFD')]
    .map((letter) => {
      const code = letter.codePointAt(0)!
      // Dotless i is a letter of its own; Cherokee folds to its capitals.
      if (letter === 'ı' || (code >= 0x13a0 && code <= 0x13f5)) return letter
      if ((code >= 0x13f8 && code <= 0x13fd) || (code >= 0xab70 && code <= 0xabbf)) return letter.toUpperCase()
      return letter.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ')
    })
    .join('')
    .normalize('NFC')
