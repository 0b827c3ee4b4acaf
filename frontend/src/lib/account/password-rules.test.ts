// @vitest-environment node
import { expect, test } from 'vitest'
import { checkPassword } from '@/lib/account/password-rules'

test.each([
  ['', [], []],
  ['short', [], ['letters', 'own']],
  ['123456789012', [], ['length', 'own']],
  ['correct-horse-battery', ['ann@example.com', 'ann'], ['length', 'letters', 'own']],
  ['Annabella-is-me', ['annabella@example.com', ''], ['length', 'letters']],
  ['一二三四五六七八九十十一', [], ['length', 'letters', 'own']],
])('the password %j, of the user %j, meets the rules %j', (password, others, met) => {
  const rules = checkPassword(password, others, 12)
  expect(rules.filter(({ isMet }) => isMet).map(({ rule }) => rule)).toEqual(met)
})
