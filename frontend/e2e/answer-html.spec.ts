/** HTML in answers: what is allowed is drawn, and all other HTML is text with its lines and blanks. */
import { expect } from '@playwright/test'
import { askToTheEnd, endedAnswer } from './user'
import { test } from './signed-in'

const ALLOWED = `H<sub>2</sub>O, x<sup>3</sup>, <kbd>Ctrl</kbd>, <mark>marked</mark>

| a | b |
|---|---|
| one<br>two | 4 |

<details>
<summary>More</summary>

The **details** end.

</details>`

const REFUSED = [
  '<script>\n  window.hacked = 1\n    // indented\n</script>',
  '<div style="position:fixed">\n  <b>a</b>\n    c\n</div>',
  '<iframe src="https://example.com/"></iframe>',
  '<!-- a\n    comment -->',
  '<img src="x" onerror="window.hacked = 1">',
]

test('allowed HTML is drawn, and a details element opens', async ({ page }) => {
  await askToTheEnd(page, `[[text=${ALLOWED}]] Show HTML`)
  await page.reload()
  const answer = await endedAnswer(page)
  for (const [name, text] of [
    ['sub', '2'],
    ['sup', '3'],
    ['kbd', 'Ctrl'],
    ['mark', 'marked'],
  ] as const) {
    await expect(answer.locator(name)).toHaveText(text)
  }
  expect(await answer.getByRole('cell').first().innerText()).toBe('one\ntwo')
  await expect(answer.getByText('The details end.')).toBeHidden()
  await answer.getByText('More', { exact: true }).click()
  await expect(answer.getByText('The details end.')).toBeVisible()
  await expect(answer).not.toContainText('<')
})

test('all other HTML is visible text with its lines and blanks, and does nothing', async ({ page }) => {
  const answer = await askToTheEnd(page, `[[text=${REFUSED.join('\n\n')}]] Show HTML`)
  await expect
    .poll(() => answer.getByRole('paragraph').allInnerTexts())
    .toEqual(expect.arrayContaining(REFUSED))
  await expect(answer.locator('script, iframe, img, [onerror]')).toHaveCount(0)
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
})
