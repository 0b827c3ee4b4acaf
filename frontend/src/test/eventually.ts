import { vi } from 'vitest'

/** What `check` returns, once it no longer throws. The bound is for what never comes: the machine may be busy. */
export function eventually<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000 })
}
