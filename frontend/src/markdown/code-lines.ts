/** A piece ends at the first blank line after so many lines, where few things go on, and at the latest after so many. */
const FEWEST_LINES = 40
const MOST_LINES = 60

/** The code in pieces of whole lines; only the last one changes as it grows. */
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
