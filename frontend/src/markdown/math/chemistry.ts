/** Chemistry outside formulas: models write `\ce{H2O}` and `\pu{5 mol}` into their sentences, too. */
const MAX_LENGTH = 300
const COMMAND = /\\(?:ce|pu)\{/y
const UNFINISHED_COMMAND = /^\\(?:c(?:e(?:\{.*)?)?|p(?:u(?:\{.*)?)?)$/

/** Where the command of chemistry at `at` ends, in the same line; null if it has no end, or is a different command. */
export function endOfChemistry(text: string, at: number): number | null {
  COMMAND.lastIndex = at
  if (!COMMAND.test(text)) return null
  const limit = Math.min(text.length, at + MAX_LENGTH)
  let depth = 1
  for (let end = COMMAND.lastIndex; end < limit; end += 1) {
    const character = text.charAt(end)
    if (character === '\n') return null
    if (character === '\\') end += 1
    else if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    if (depth === 0) return end + 1
  }
  return null
}

/** Whether all that follows the backslash may become such a command. */
export function isUnfinishedChemistry(text: string, at: number): boolean {
  return text.length - at <= MAX_LENGTH && UNFINISHED_COMMAND.test(text.slice(at, at + MAX_LENGTH))
}
