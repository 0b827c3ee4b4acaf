export interface Replacement {
  from: number
  to: number
  by: string
}

/** Replaces parts of a text, which are in order and do not overlap. */
export function replaceAll(text: string, replacements: readonly Replacement[]): string {
  const pieces: string[] = []
  let done = 0
  for (const { from, to, by } of replacements) {
    pieces.push(text.slice(done, from), by)
    done = to
  }
  return pieces.join('') + text.slice(done)
}
