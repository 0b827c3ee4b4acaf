// @vitest-environment node
import { expect, test } from 'vitest'
import { checkMove } from './connector-state.js'

const KINDS = ['closed', 'authorizing', 'signing-in', 'open', 'waiting'] as const

function isAllowed(from: (typeof KINDS)[number], to: (typeof KINDS)[number]): boolean {
  try {
    checkMove(from, to)
    return true
  } catch {
    return false
  }
}

test('a connector opens only from signing in, waits only after an attempt, and closes once from any state', () => {
  const into = (to: (typeof KINDS)[number]) => KINDS.filter((from) => isAllowed(from, to))
  expect(into('open')).toEqual(['signing-in'])
  expect(into('signing-in')).toEqual(['authorizing'])
  expect(into('waiting')).toEqual(['authorizing', 'signing-in', 'open'])
  expect(into('closed')).toEqual(['authorizing', 'signing-in', 'open', 'waiting'])
  expect(into('authorizing')).toEqual(KINDS)
})
