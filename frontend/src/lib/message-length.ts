/** How far from the limit the rest is shown, in code points. */
const SHOWN_WITHIN = 500

/** What is left of `limit`, near it only; and by how much the text exceeds it. Without a limit nothing is too long. */
export function checkLength(text: string, limit = Infinity): { left: number | null; over: number } {
  const shownFrom = limit - SHOWN_WITHIN
  // A text has at most as many code points as code units, and counting is slow.
  if (text.length < shownFrom) return { left: null, over: 0 }
  const length = Array.from(text).length
  return {
    left: length >= shownFrom ? Math.max(0, limit - length) : null,
    over: Math.max(0, length - limit),
  }
}
