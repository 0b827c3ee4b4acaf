// @vitest-environment node
import { expect, test } from 'vitest'
import { purposeOf } from '@/lib/models/model-purpose'

test.each([
  ['gpt-4o', 'allRound'],
  ['gpt-4o-mini', 'quick'],
  ['gpt-4-turbo', 'long'],
  ['gpt-3.5-turbo', 'simple'],
  ['openai/o3', 'thinking'],
  ['deepseek-r1:70b', 'thinking'],
  ['qwen2.5-coder:7b', 'code'],
  ['llama3.2:3b', 'quick'],
  ['Llama-3.1-70B', 'allRound'],
  ['mini-pc::gpt-4o', 'allRound'],
  ['spare::o3', 'thinking'],
  ['unknown-model', null],
])('the purpose of %s is %s', (id, purpose) => {
  expect(purposeOf({ id, provider: 'openai' })).toBe(purpose)
})

test('the purpose of the demo model does not depend on its name', () => {
  expect(purposeOf({ id: 'smollm2-135m', provider: 'embedded' })).toBe('demo')
})
