/** So many lines a piece: what is complete is laid out once, however long the code grows. */
const LINES_A_PIECE = 100

/** The code in pieces of whole lines; only the last one changes as it grows. */
export function codePieces(code: string): string[] {
  const pieces: string[] = []
  let start = 0
  let lines = 0
  for (let end = code.indexOf('\n'); end >= 0; end = code.indexOf('\n', end + 1)) {
    lines += 1
    if (lines % LINES_A_PIECE !== 0) continue
    pieces.push(code.slice(start, end + 1))
    start = end + 1
  }
  return [...pieces, code.slice(start)]
}
