/** The number of characters left is shown this close to the limit, in code points; or in its last fifth. */
const NOTICE_DISTANCE = 500
const NOTICE_PART = 0.2

/** The characters left (null unless near `limit`) and the characters over it. Without a limit nothing is too long. */
export function checkLength(text: string, limit = Infinity): { left: number | null; over: number } {
  const shownFrom = limit - Math.min(NOTICE_DISTANCE, limit * NOTICE_PART)
  // Counting code points is slow, and there are never more of them than code units.
  if (text.length < shownFrom) return { left: null, over: 0 }
  const length = Array.from(text).length
  return {
    left: length >= shownFrom ? Math.max(0, limit - length) : null,
    over: Math.max(0, length - limit),
  }
}
