/** A piece ends at the first blank line after FEWEST_LINES, where few constructs span, or after MOST_LINES. */
const FEWEST_LINES = 40
const MOST_LINES = 60

/** Splits code into pieces of whole lines; as the code grows only the last piece changes. */
export function codePieces(code: string): string[] {
  const pieces: string[] = []
  let start = 0
  let lineStart = 0
  let lines = 0
  for (let end = code.indexOf('\n'); end >= 0; end = code.indexOf('\n', end + 1)) {
    lines += 1
    const isBlank = code.slice(lineStart, end).trim() === ''
    lineStart = end + 1
    if (lines < FEWEST_LINES || (!isBlank && lines < MOST_LINES)) continue
    pieces.push(code.slice(start, end + 1))
    start = end + 1
    lines = 0
  }
  return [...pieces, code.slice(start)]
}
