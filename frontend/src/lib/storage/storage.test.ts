import { expect, test, vi } from 'vitest'
import { readStored, writeStored } from '@/lib/storage/storage'

test('storage reads null and ignores writes when the browser’s storage throws', () => {
  vi.stubGlobal('localStorage', {
    getItem: () => {
      throw new Error('off')
    },
    setItem: () => {
      throw new Error('full')
    },
  })
  writeStored('a', 'b')
  expect(readStored('a')).toBeNull()
})
