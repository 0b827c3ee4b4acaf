import { expect, type Locator, type WebSocketRoute } from '@playwright/test'
import { newGate } from './model'
import {
  ask,
  askToTheEnd,
  composer,
  endedAnswer,
  lastAnswer,
  shownWords,
  stopButton,
  storedAnswer,
  storedMessages,
  words,
} from './user'
import { test } from './signed-in'

test('a new chat streams its answer word by word, and then gets a title', async ({ page }) => {
  const gate = newGate()
  await ask(page, `${gate.knob} The quick brown fox`)
  await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}$/)
  await expect(lastAnswer(page)).toContainText('Thinking…')
  await gate.open(2)
  await expect(lastAnswer(page)).toContainText('Echo: The')
  await expect(lastAnswer(page)).not.toContainText('quick')
  await expect(stopButton(page)).toBeVisible()
  await gate.open(100)
  await expect(lastAnswer(page)).toContainText('Echo: The quick brown fox')
  await endedAnswer(page)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Title of')
  await expect(page.getByRole('link', { name: /Title of/ })).toBeVisible()
})

test('an answer is complete after reloads while it is written', async ({ page }) => {
  const gate = newGate()
  await ask(page, `[[tokens=120]] ${gate.knob} Count`)
  for (const count of [15, 40, 70]) {
    await gate.open(count === 15 ? 15 : 30)
    await expect(lastAnswer(page)).toContainText(`w${count}`)
    await page.reload()
  }
  await gate.open(100)
  const answer = await endedAnswer(page)
  const { content, status } = await storedAnswer(page)
  expect(status).toBe('complete')
  expect(content.trim()).toBe(words(120))
  expect(await shownWords(answer)).toBe(words(120))
})

test('an answer is complete after its connection dropped three times', async ({ page }) => {
  const open: WebSocketRoute[] = []
  await page.routeWebSocket(/\/ws\/chat\//, (socket) => {
    socket.connectToServer()
    open.push(socket)
  })
  const gate = newGate()
  await ask(page, `[[tokens=90]] ${gate.knob} Count`)
  for (let drops = 1; drops <= 3; drops += 1) {
    await gate.open(20)
    await expect(lastAnswer(page)).toContainText(`w${drops * 20 - 10}`)
    await open.at(-1)?.close({ code: 1012 })
    await expect.poll(() => open.length).toBe(drops + 1)
  }
  await gate.open(100)
  expect(await shownWords(await endedAnswer(page))).toBe(words(90))
})

test('a stopped answer keeps its text, and continuing appends to it', async ({ page }) => {
  const gate = newGate()
  await ask(page, `[[tokens=80]] ${gate.knob} Count`)
  await gate.open(5)
  await expect(lastAnswer(page)).toContainText('w5')
  await stopButton(page).click()
  const answer = await endedAnswer(page)
  await expect(answer.getByText('Stopped')).toBeVisible()
  expect(await shownWords(answer)).toBe(words(5))
  expect((await storedAnswer(page)).status).toBe('stopped')
  await answer.getByRole('button', { name: 'Continue' }).click()
  await expect(answer.getByText('Stopped')).toBeHidden()
  await gate.open(100)
  await expect(answer).toContainText('w80')
  await endedAnswer(page)
  expect(await shownWords(answer)).toBe(words(80))
  expect((await storedAnswer(page)).status).toBe('complete')
})

test('regenerating creates another version, and both can be shown', async ({ page }) => {
  await ask(page, 'Say it')
  await (await endedAnswer(page)).getByRole('button', { name: 'Regenerate' }).click()
  await expect(lastAnswer(page).getByText('2/2')).toBeVisible()
  await lastAnswer(page).getByRole('button', { name: 'Previous version' }).click()
  await expect(lastAnswer(page).getByText('1/2')).toBeVisible()
  await expect(lastAnswer(page)).toContainText('Echo: Say it')
  await page.reload()
  await expect(lastAnswer(page).getByText('1/2')).toBeVisible()
})

test('an edited question is answered again, and its previous version can be shown', async ({ page }) => {
  await askToTheEnd(page, 'The firts question')
  const question = page.getByRole('article', { name: 'You' })
  await question.hover()
  await question.getByRole('button', { name: 'Edit' }).click()
  const editor = page.getByRole('textbox', { name: 'Edit message' })
  await editor.fill('The first question')
  await editor.press('Enter')
  await expect(lastAnswer(page)).toContainText('Echo: The first question')
  await endedAnswer(page)
  await question.hover()
  await expect(question.getByText('2/2')).toBeVisible()
  await question.getByRole('button', { name: 'Previous version' }).click()
  await expect(question).toContainText('The firts question')
  await expect(lastAnswer(page)).toContainText('Echo: The firts question')
})

test('Markdown is rendered with headings, a table, and highlighted code that can be copied', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const answer = await askToTheEnd(page, '[[markdown]] Show me')
  await expect(answer.getByRole('heading').first()).toBeVisible()
  await expect(answer.getByRole('table')).toBeVisible()
  const code = answer.getByRole('figure').first()
  await expect.poll(() => coloursIn(code.getByRole('code'))).toBeGreaterThan(1)
  const text = await code.getByRole('code').innerText()
  await code.getByRole('button', { name: 'Copy code' }).click()
  await expect(code.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text.trimEnd())
})

test('long code is highlighted only in and near its visible part', async ({ page }) => {
  const lines = Array.from({ length: 180 }, (_, index) => `value_${index} = "text"`)
  const code = (await askToTheEnd(page, `In Python:\n\n\`\`\`python\n${lines.join('\n')}\n\`\`\``)).getByRole(
    'figure',
    { name: 'Python' },
  )
  const colours = (line: number) => coloursIn(code.getByText(`value_${line} = "text"`))
  await expect.poll(() => colours(0)).toBeGreaterThan(1)
  expect(await colours(179)).toBe(1)
  await code.getByText('value_179 =').scrollIntoViewIfNeeded()
  await expect.poll(() => colours(179)).toBeGreaterThan(1)
  await expect.poll(() => colours(0)).toBe(1)
})

/** The number of colours in which the text is written. */
function coloursIn(text: Locator): Promise<number> {
  return text.evaluate((element) => {
    const parts = [element, ...element.querySelectorAll('*')]
    return new Set(parts.map((part) => getComputedStyle(part).color)).size
  })
}

test('reasoning is collapsed apart from the answer', async ({ page }) => {
  const answer = await askToTheEnd(page, '[[reasoning=10]] Think first')
  await expect(answer).toContainText('Echo: Think first')
  await expect(answer.getByText('r1 r2')).toBeHidden()
  await answer.getByText('Reasoning').click()
  await expect(answer.getByText('r1 r2')).toBeVisible()
})

test('an answer that did not complete says why and offers the next step', async ({ page }) => {
  let answer = await askToTheEnd(page, '[[tokens=30]] [[finish=length]] Long')
  await expect(answer.getByText('Cut off at the length limit')).toBeVisible()
  await expect(answer.getByRole('button', { name: 'Continue' })).toBeVisible()

  answer = await askToTheEnd(page, '[[tokens=30]] [[cut=5]] Cut')
  await expect(answer.getByText('The answer was interrupted')).toBeVisible()

  answer = await askToTheEnd(page, '[[tokens=3]] [[finish=content_filter]] Filter')
  await expect(answer.getByText('Blocked by the model service’s content filter')).toBeVisible()
  await expect(answer.getByRole('button', { name: 'New chat' })).toBeVisible()

  answer = await askToTheEnd(page, '[[fail=500]] Fail')
  await expect(answer.getByText('The model service failed before it finished the answer.')).toBeVisible()
  await expect(answer.getByRole('button', { name: 'Try again' })).toBeVisible()
})

test('a new question scrolls to the top, and the view follows the answer only from the end', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await askToTheEnd(page, '[[tokens=400]] First')
  const gate = newGate()
  await ask(page, `[[tokens=1200]] ${gate.knob} Second`)
  await gate.open(800)
  const question = page.getByRole('article', { name: 'You' }).last()
  const log = page.getByRole('log', { name: 'Chat' })
  const top = async () => {
    const [outer, inner] = await Promise.all([log.boundingBox(), question.boundingBox()])
    return Math.round((inner?.y ?? NaN) - (outer?.y ?? NaN))
  }
  await expect.poll(top).toBeLessThan(40)
  await expect.poll(top).toBeGreaterThanOrEqual(0)
  const toNewest = page.getByRole('button', { name: 'Jump to newest' })
  await expect(toNewest).toBeVisible()
  expect(await top()).toBeGreaterThanOrEqual(0)
  await toNewest.click()
  await expect(toNewest).toBeHidden()
  const place = () => log.evaluate((element) => element.scrollTop)
  const left = () =>
    log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
  await expect.poll(left).toBeLessThan(1)
  const end = await place()
  await log.hover()
  await page.mouse.wheel(0, -40)
  await expect.poll(place).toBe(end - 40)
  await expect(toNewest).toBeVisible()
  await gate.open(100)
  await expect(lastAnswer(page)).toContainText('w900')
  expect(await place()).toBe(end - 40)
  // The key scrolls to wherever the end is at that time.
  await Promise.all([log.press('End'), gate.open(1000)])
  await endedAnswer(page)
  await expect.poll(left).toBeLessThan(10)
})

test('another browser shows an answer from its first word to its last while it is written', async ({
  page,
  browser,
}) => {
  const gate = newGate()
  await ask(page, `[[tokens=60]] ${gate.knob} Count`)
  await gate.open(20)
  await expect(lastAnswer(page)).toContainText('w20')
  const other = await (
    await browser.newContext({ storageState: await page.context().storageState() })
  ).newPage()
  await other.goto(page.url())
  await expect(lastAnswer(other)).toContainText('w20')
  await gate.open(20)
  for (const each of [page, other]) await expect(lastAnswer(each)).toContainText('w40')
  await stopButton(other).click()
  for (const each of [page, other]) expect(await shownWords(await endedAnswer(each))).toBe(words(40))
  await other.context().close()
})

test('a paste over the limit is counted and not sent, and one at the limit arrives complete', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const line = '這是貼上的一行文字。'
  await page.evaluate((text) => navigator.clipboard.writeText(text), line.repeat(10_001))
  await composer(page).press('ControlOrMeta+V')
  await expect(page.getByText('10 characters over the limit')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Send' })).toBeDisabled()
  await composer(page).press('Enter')
  await expect(page).toHaveURL(/\/$/)
  for (let letters = 0; letters < 10; letters += 1) await composer(page).press('Backspace')
  await expect(page.getByText('0 characters left')).toBeVisible()
  const box = await composer(page).boundingBox()
  expect(box?.height).toBeLessThanOrEqual(12 * 16)
  await composer(page).press('Enter')
  await endedAnswer(page)
  expect((await storedMessages(page))[0]?.content).toBe(line.repeat(10_000))
})
