import { expect, test, vi } from 'vitest'
import { createUuid } from './uuid.js'

test('a UUID has version 7 and needs no secure context', () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
  const id = createUuid(Date.UTC(2026, 0, 2))
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(Date.UTC(2026, 0, 2))
})

test('a UUID is different each time', () => {
  expect(new Set(Array.from({ length: 500 }, () => createUuid(0))).size).toBe(500)
})
