import { vi } from 'vitest'

/** Resolves with the result of `check` once it no longer throws. The limit only ends failing tests. */
export function eventually<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 20_000 })
}
