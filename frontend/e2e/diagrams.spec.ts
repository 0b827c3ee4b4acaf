import { expect, type FrameLocator, type Page } from '@playwright/test'
import { findViolations } from './axe'
import { holdRequests } from './connection'
import { newGate } from './model'
import { ask, askToTheEnd, endedAnswer, lastAnswer } from './user'
import { test } from './signed-in'
import { WITH_MOTION } from './test'

test.use(WITH_MOTION)

const FLOW =
  'flowchart LR\n  A(寫下問題) --> B{連線了嗎}\n  B -->|是| C(送出)\n  B -->|否| D(等待)\n  D --> B'

async function askForDiagram(page: Page, code: string, knobs = ''): Promise<void> {
  await ask(page, `${knobs}[[text=Here it is:\n\n\`\`\`mermaid\n${code}\n\`\`\`\n\nThat is all.]] Draw`)
}

function drawing(page: Page): FrameLocator {
  return page.frameLocator('iframe[title="Diagram"]')
}

test('a diagram is drawn once its code is complete, and a button shows the code', async ({ page }) => {
  const gate = newGate()
  await askForDiagram(page, FLOW, gate.knob)
  await gate.open(20)
  const answer = lastAnswer(page)
  await expect(answer.getByRole('figure', { name: 'Code: mermaid' })).toBeVisible()
  await gate.open(1000)
  await endedAnswer(page)
  await expect(drawing(page).locator('svg')).toBeVisible()
  await expect(drawing(page).getByText('寫下問題')).toBeVisible()
  const figure = answer.getByRole('figure', { name: 'Diagram: Mermaid' })
  await expect(figure.getByText('flowchart LR')).toBeHidden()
  expect(await findViolations(page)).toEqual([])
  await figure.getByRole('button', { name: 'Show code' }).click()
  const code = answer.getByRole('figure', { name: 'Code: Mermaid' })
  await expect(code.getByText('flowchart LR')).toBeVisible()
  await code.getByRole('button', { name: 'Show diagram' }).click()
  await expect(drawing(page).getByText('寫下問題')).toBeVisible()

  // The frame is as high as its drawing, and has the theme of the page.
  const heights = async () => [
    await page.locator('iframe').evaluate((frame) => frame.clientHeight),
    await drawing(page)
      .locator('#drawing')
      .evaluate((place) => Math.ceil(place.getBoundingClientRect().height)),
  ]
  await expect.poll(async () => new Set(await heights()).size).toBe(1)
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect(drawing(page).locator('html')).toHaveCSS('color-scheme', colorScheme)
  }
})

test('a diagram with an error stays code, with a notice', async ({ page }) => {
  await askForDiagram(page, 'flowchart LR\n  A --> --> B')
  await expect(lastAnswer(page).getByText('This diagram could not be drawn')).toBeVisible()
  await expect(lastAnswer(page).getByText('A --> --> B')).toBeVisible()
  await expect(page.locator('iframe')).toHaveCount(0)
})

test('a diagram that is drawn above the view does not move the visible messages', async ({ page }) => {
  const steps = Array.from({ length: 12 }, (_, index) => `  S${index} --> S${index + 1}`)
  await askForDiagram(page, `flowchart LR\n${steps.join('\n')}`)
  await endedAnswer(page)
  await askToTheEnd(page, '[[tokens=500]] Count')
  const draw = await holdRequests(page, '**/diagram.html')
  await page.reload()
  const read = lastAnswer(page)
  await expect(read.getByRole('button', { name: 'Regenerate' })).toBeVisible()
  // The messages are Markdown now; until then they are plain text of another height.
  await expect(page.getByRole('figure', { name: 'Code: Mermaid' })).toHaveCount(1)
  const log = page.getByRole('log')
  const placeOf = () => read.evaluate((element) => Math.round(element.getBoundingClientRect().top))
  const lengthOf = () => log.evaluate((element) => element.scrollHeight)
  const atTheEnd = await placeOf()
  await log.hover()
  await page.mouse.wheel(0, -60)
  await expect.poll(placeOf).toBe(atTheEnd + 60)
  // The page learns of the scrolling in the next frame; until then it still holds the end.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
  await expect(page.getByRole('figure', { name: 'Code: Mermaid' })).not.toBeInViewport()
  const [place, length] = [await placeOf(), await lengthOf()]
  draw()
  await expect(page.getByRole('figure', { name: 'Diagram: Mermaid' })).toHaveCount(1)
  await expect.poll(lengthOf).not.toBe(length)
  expect(Math.abs((await placeOf()) - place)).toBeLessThanOrEqual(1)
})

test('a diagram runs no script of its code and cannot reach the page', async ({ page, pageErrors }) => {
  const urls: string[] = []
  page.on('requestfinished', (request) => urls.push(request.url()))
  const evil = '<img src=https://evil.example/x onerror=hacked()>Look<script>hacked()</script>'
  await askForDiagram(
    page,
    `flowchart LR\n  A("${evil}") --> B(Here)\n  click B "https://evil.example/y" _self`,
  )
  await drawing(page).getByText('Here').click()
  const frame = page.frames().find((one) => one.url().endsWith('/diagram.html'))
  expect(await frame?.evaluate(() => window.origin)).toBe('null')
  expect(
    await frame?.evaluate(() => document.querySelectorAll('script:not([src]), [onerror], a[*|href]').length),
  ).toBe(0)
  // The browser blocks the requests and scripts of the code, and reports them.
  expect(urls.filter((url) => url.includes('evil.example'))).toEqual([])
  expect(pageErrors.splice(0).filter((error) => !/script-src|img-src/.test(error))).toEqual([])
})
