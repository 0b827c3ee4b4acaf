/** The server's limit for one message, in code points. */
export const MESSAGE_LIMIT = 10_000
const SAY_FROM = MESSAGE_LIMIT - 500

/** How much is left, said only near the limit; and by how much the text is over it. */
export function checkLength(text: string): { left: number | null; over: number } {
  // A text has at most as many code points as code units, and counting is slow.
  if (text.length < SAY_FROM) return { left: null, over: 0 }
  const length = Array.from(text).length
  return {
    left: length >= SAY_FROM ? Math.max(0, MESSAGE_LIMIT - length) : null,
    over: Math.max(0, length - MESSAGE_LIMIT),
  }
}
