// @vitest-environment node
import { expect, test } from 'vitest'
import { assertTransition } from './connector-state.js'

const KINDS = ['closed', 'queued', 'authorizing', 'signing-in', 'open', 'waiting'] as const

function isAllowed(from: (typeof KINDS)[number], to: (typeof KINDS)[number]): boolean {
  try {
    assertTransition(from, to)
    return true
  } catch {
    return false
  }
}

test.each([
  ['opens only from signing in', 'open', ['signing-in']],
  ['signs in only with a token', 'signing-in', ['authorizing']],
  ['waits only after an attempt', 'waiting', ['authorizing', 'signing-in', 'open']],
  ['closes once, from any other state', 'closed', KINDS.filter((kind) => kind !== 'closed')],
  ['may begin again from any state', 'authorizing', KINDS],
  ['may wait for a slot from any state', 'queued', KINDS],
] as const)('a connector %s', (_, to, froms) => {
  expect(KINDS.filter((from) => isAllowed(from, to))).toEqual(froms)
})
