/** The layout of answers: tables, and lists of tasks. */
import { expect } from '@playwright/test'
import { findViolations } from './axe'
import { ask, endedAnswer, startSignedIn } from './user'
import { test } from './test'

const TABLES = '| a | b |\n|---|---|\n| c | d |\n\nand\n\n| e | f |\n|---|---|\n| g | h |'

test('two tables are not landmarks of the same name', async ({ page }) => {
  await startSignedIn(page)
  await ask(page, `[[text=${TABLES}]] Show tables`)
  const answer = await endedAnswer(page)
  await expect(answer.getByRole('table')).toHaveCount(2)
  expect(await findViolations(page)).toEqual([])
})

test('all lines of a task begin beside its box', async ({ page }) => {
  await startSignedIn(page)
  // The answer repeats the question.
  await ask(page, `Tasks\n\n- [ ] ${'word '.repeat(60)}`)
  const task = (await endedAnswer(page)).getByRole('listitem').first()
  const [box, ...lines] = await task.evaluate((item) => {
    const range = document.createRange()
    range.selectNodeContents(item)
    const box = item.querySelector('input')?.getBoundingClientRect().right ?? Infinity
    return [box, ...[...range.getClientRects()].filter(({ width }) => width > 100).map(({ left }) => left)]
  })
  expect(lines.length).toBeGreaterThan(1)
  expect(Math.min(...lines)).toBeGreaterThan(box)
})
