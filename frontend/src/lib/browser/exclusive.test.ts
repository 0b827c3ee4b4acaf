import { expect, test, vi } from 'vitest'
import { runExclusively } from '@/lib/browser/exclusive'

test('an exclusive task runs without the locks API', async () => {
  vi.stubGlobal('navigator', {})
  expect(await runExclusively('x', () => Promise.resolve(7))).toBe(7)
})
