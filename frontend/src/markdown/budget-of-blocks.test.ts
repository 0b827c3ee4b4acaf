// @vitest-environment node
import { expect, test } from 'vitest'
import { isOverBudget } from '@/markdown/budget'
test.each([
  ['cells of a table', `${'|a'.repeat(1000)}\n${'|-'.repeat(1000)}\n${'x\n'.repeat(1000)}`],
  ['underlines of headings', 'a\n=\n'.repeat(8000)],
  ['processing instructions', '<?'.repeat(4000)],
  ['declarations', '<!A'.repeat(4000)],
  ['comments', '<!--'.repeat(4000)],
  ['short formulas', '\\(x\\)'.repeat(5000)],
])('thousands of %s are over budget', (_, block) => {
  expect(isOverBudget(block)).toBe(true)
})
test('a long table of ordinary width is within budget', () => {
  expect(isOverBudget(`| a | b | c |\n|---|---|---|\n${'| 1 | 2 | 3 |\n'.repeat(1000)}`)).toBe(false)
})
