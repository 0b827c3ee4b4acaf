/**
 * The pieces of a code block, each highlighted separately. A piece ends at the first blank line after MIN_LINES, which
 * few constructs span, or after MAX_LINES, or with the line in which it reaches MAX_CHARACTERS.
 */
const MIN_LINES = 40
const MAX_LINES = 60
const MAX_CHARACTERS = 2_500

/** Longer pieces, of very long lines, stay plain: some grammars take quadratic time, and more. In characters. */
const MAX_COLOURED_PIECE = 4_000
/** In one piece: after each, grammars look for the end of a string, in most of the rest of the piece. */
const MAX_QUOTATION_MARKS = 400

/** Whether a piece of code is highlighted; otherwise that might freeze the page. */
export function isColoured(piece: string): boolean {
  return piece.length <= MAX_COLOURED_PIECE && (piece.match(/["'`]/g)?.length ?? 0) <= MAX_QUOTATION_MARKS
}

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
    const isLong = end - start >= MAX_CHARACTERS || lines >= MAX_LINES
    if (!isLong && (!isBlank || lines < MIN_LINES)) continue
    pieces.push(code.slice(start, end + 1))
    start = end + 1
    lines = 0
  }
  return [...pieces, code.slice(start)]
}
