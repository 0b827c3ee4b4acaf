/** Delays before connecting again (docs/protocol.md: P-12.2). */

/** The longest delay after the first failure. */
const BASE_MS = 500
/** The longest delay after any number of failures. */
export const MAX_BACKOFF_MS = 20_000

/** The random delay before retry number `attempt` (from 0), in milliseconds; its limit doubles with each retry. */
export function backoffDelay(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(MAX_BACKOFF_MS, BASE_MS * 2 ** Math.min(attempt, 10))
  return Math.round(ceiling * (0.25 + 0.75 * random()))
}

/** A random delay, in milliseconds, that keeps tabs and clients from acting at the same moment. */
export function jitter(atMost: number, random: () => number = Math.random): number {
  return Math.round(atMost * random())
}

/** Resolves after this time. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
