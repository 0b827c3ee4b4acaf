import { expect, type FrameLocator, type Page } from '@playwright/test'
import { flaws } from './axe'
import { newGate } from './model'
import { ask, endedAnswer, lastAnswer, signUp } from './person'
import { test } from './test'

const FLOW =
  'flowchart LR\n  A(寫下問題) --> B{連線了嗎}\n  B -->|是| C(送出)\n  B -->|否| D(等待)\n  D --> B'

async function askForDiagram(page: Page, code: string, knobs = ''): Promise<void> {
  await ask(page, `${knobs}[[text=Here it is:\n\n\`\`\`mermaid\n${code}\n\`\`\`\n\nThat is all.]] Draw`)
}

function drawing(page: Page): FrameLocator {
  return page.frameLocator('iframe[title="Diagram"]')
}

test.beforeEach(async ({ page }) => {
  await signUp(page)
})

test('a diagram is drawn when it is whole; its code is a button away', async ({ page }) => {
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
  expect(await flaws(page)).toEqual([])
  await figure.getByRole('button', { name: 'Show code' }).click()
  const code = answer.getByRole('figure', { name: 'Code: Mermaid' })
  await expect(code.getByText('flowchart LR')).toBeVisible()
  await code.getByRole('button', { name: 'Show diagram' }).click()
  await expect(drawing(page).getByText('寫下問題')).toBeVisible()

  // It is as high as what it shows, and as dark as the page.
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

test('what cannot be drawn stays code, and says so', async ({ page }) => {
  await askForDiagram(page, 'flowchart LR\n  A --> --> B')
  await expect(lastAnswer(page).getByText('This diagram could not be drawn')).toBeVisible()
  await expect(lastAnswer(page).getByText('A --> --> B')).toBeVisible()
  await expect(page.locator('iframe')).toHaveCount(0)
})

test('what is drawn out of sight moves nothing that is being read', async ({ page }) => {
  const steps = Array.from({ length: 12 }, (_, index) => `  S${index} --> S${index + 1}`)
  await askForDiagram(page, `flowchart LR\n${steps.join('\n')}`)
  await endedAnswer(page)
  await ask(page, '[[tokens=500]] Count')
  await endedAnswer(page)
  let draw: () => void = () => undefined
  const isWanted = new Promise<void>((resolve) => {
    draw = resolve
  })
  await page.route('**/diagram.html', async (route) => {
    await isWanted
    await route.continue()
  })
  await page.reload()
  const read = lastAnswer(page)
  await expect(read.getByRole('button', { name: 'Regenerate' })).toBeVisible()
  const log = page.getByRole('log')
  const placeOf = () => read.evaluate((element) => Math.round(element.getBoundingClientRect().top))
  const lengthOf = () => log.evaluate((element) => element.scrollHeight)
  const atTheEnd = await placeOf()
  await log.hover()
  await page.mouse.wheel(0, -60)
  await expect.poll(placeOf).toBe(atTheEnd + 60)
  await expect(page.getByRole('figure', { name: 'Code: Mermaid' })).not.toBeInViewport()
  const [place, length] = [await placeOf(), await lengthOf()]
  draw()
  await expect(page.getByRole('figure', { name: 'Diagram: Mermaid' })).toHaveCount(1)
  expect(await lengthOf()).not.toBe(length)
  expect(Math.abs((await placeOf()) - place)).toBeLessThanOrEqual(1)
})

test('nothing in a diagram is run, and nothing of the page can be reached from it', async ({
  page,
  complaints,
}) => {
  const asked: string[] = []
  page.on('requestfinished', (request) => asked.push(request.url()))
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
  // What it tries is stopped before it happens, which the browser reports.
  expect(asked.filter((url) => url.includes('evil.example'))).toEqual([])
  expect(complaints.splice(0).filter((complaint) => !/script-src|img-src/.test(complaint))).toEqual([])
})
