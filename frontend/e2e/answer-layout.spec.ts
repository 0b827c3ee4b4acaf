/** The layout of answers: tables, and lists of tasks. */
import { expect } from '@playwright/test'
import { findViolations } from './axe'
import { askToTheEnd } from './user'
import { test } from './signed-in'

const TABLES = '| a | b |\n|---|---|\n| c | d |\n\nand\n\n| e | f |\n|---|---|\n| g | h |'

test('two tables are not landmarks of the same name', async ({ page }) => {
  const answer = await askToTheEnd(page, `[[text=${TABLES}]] Show tables`)
  await expect(answer.getByRole('table')).toHaveCount(2)
  expect(await findViolations(page)).toEqual([])
})

test('all lines of a task begin beside its box', async ({ page }) => {
  // The answer repeats the question.
  const task = (await askToTheEnd(page, `Tasks\n\n- [ ] ${'word '.repeat(60)}`)).getByRole('listitem').first()
  const [box, ...lines] = await task.evaluate((item) => {
    const range = document.createRange()
    range.selectNodeContents(item)
    const box = item.querySelector('input')?.getBoundingClientRect().right ?? Infinity
    return [box, ...[...range.getClientRects()].filter(({ width }) => width > 100).map(({ left }) => left)]
  })
  expect(lines.length).toBeGreaterThan(1)
  expect(Math.min(...lines)).toBeGreaterThan(box)
})

const HEADINGS_AND_ALERTS =
  'Headings\n\n### First\n\nText\n\n##### Deep\n\n> [!NOTE]\n> A note\n\n> [!WARNING]\n> A warning\n\n#### Last'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`headings of any level and alerts have no axe violation, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    // The answer repeats the question.
    const answer = await askToTheEnd(page, HEADINGS_AND_ALERTS)
    // Playwright reads the levels of elements only.
    await expect(answer.getByRole('heading', { name: 'First' })).toHaveAttribute('aria-level', '2')
    await expect(answer.getByRole('heading', { name: 'Deep' })).toHaveAttribute('aria-level', '3')
    await expect(answer.getByRole('note').first()).toHaveText(/^Note\s+A note\s*$/)
    await expect(answer.getByRole('note').last()).toHaveText(/^Warning\s+A warning\s*$/)
    expect(await findViolations(page)).toEqual([])
  })
}
