/** `make bench-ui`: measures the pages and prints figures. It has no limits, because any machine may run it. */
import { gzipSync } from 'node:zlib'
import { type CDPSession, expect, type Page, test } from '@playwright/test'
import { heapSize, type Smoothness, watch } from './bench-probe'
import { TEXTS, tokenCount } from './bench-texts'
import { createConversation } from './long-conversation'
import { scriptModel } from './model'
import { composer, signUp, withoutPreloading } from './user'

const TURNS = 500
const RATE = 200
const ANSWERS = 10
const SLOWDOWN = 4
const ROUNDS = 3

const NAME_WIDTH = 58

test('responsiveness', async ({ page }) => {
  const devtools = await page.context().newCDPSession(page)
  await signUp(page)
  await firstScreen(page)
  const id = await createConversation(
    page,
    Array.from(
      { length: TURNS },
      (_, index) => `${index % 2 ? '[[markdown]]' : '[[tokens=120]]'} Question ${index + 1}.`,
    ),
  )
  await page.goto('/')
  await opening(page, id)
  await visitAll(page)
  for (const [name, text] of Object.entries(TEXTS)) {
    report(name, text, [await stream(page, devtools, name, text, 1)], '50 ms')
  }
  // On a slow CPU the browser's garbage collection is sometimes the longest task, so a single round says little.
  const slow: Smoothness[] = []
  for (let round = 1; round <= ROUNDS; round += 1) {
    slow.push(await stream(page, devtools, `english ${round}`, TEXTS.english, SLOWDOWN))
  }
  report(`english, CPU ${SLOWDOWN}x slower`, TEXTS.english, slow, '100 ms')
  await memory(page, devtools)
})

async function firstScreen(page: Page): Promise<void> {
  await scriptsOfFirstScreen(await page.context().newPage())
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('textarea')) return
      observer.disconnect()
      requestAnimationFrame(() => Object.assign(window, { usableAt: performance.now() }))
    }).observe(document, { childList: true, subtree: true })
  })
  await page.goto('/')
  await expect(composer(page)).toBeVisible()
  const usableAt = await page.evaluate(() => (window as unknown as { usableAt: number }).usableAt)
  print('first screen, warm cache', `${Math.round(usableAt)} ms`, '1,000 ms')
}

async function scriptsOfFirstScreen(page: Page): Promise<void> {
  await withoutPreloading(page)
  const scripts = new Map<string, Promise<number>>()
  page.on('response', (response) => {
    if (!response.url().endsWith('.js')) return
    scripts.set(
      response.url(),
      response.body().then((body) => gzipSync(body).length),
    )
  })
  await page.goto('/', { waitUntil: 'load' })
  await expect(composer(page)).toBeVisible()
  const sizes = await Promise.all(scripts.values())
  const total = sizes.reduce((sum, size) => sum + size, 0)
  print('initial JavaScript, gzip', `${Math.round(total / 1000)} kB`, '170 kB')
  await page.close()
}

async function opening(page: Page, id: string): Promise<void> {
  const link = page.locator(`a[href="/c/${id}"]`).first()
  await expect(link).toBeVisible()
  const took = await link.evaluate(
    (element: HTMLElement, last) =>
      new Promise<number>((resolve) => {
        const start = performance.now()
        const look = () => {
          if (document.querySelector('main')?.textContent.includes(last)) resolve(performance.now() - start)
          else requestAnimationFrame(look)
        }
        element.click()
        requestAnimationFrame(look)
      }),
    `Question ${TURNS}.`,
  )
  print('opening 1,000 messages', `${Math.round(took)} ms`, '500 ms')
}

/** Scrolls up until the very first message has been seen. */
async function visitAll(page: Page): Promise<void> {
  const first = page.getByRole('article', { name: 'You' }).getByText('Question 1.', { exact: false }).first()
  await expect(async () => {
    await page.getByRole('log').evaluate((log) => log.scrollTo({ top: 0 }))
    await expect(page.locator('[role=log] article')).toHaveCount(2 * TURNS, { timeout: 200 })
  }).toPass({ timeout: 240_000, intervals: [20] })
  await expect(first).toBeVisible()
}

async function stream(
  page: Page,
  devtools: CDPSession,
  name: string,
  text: string,
  slowdown: number,
): Promise<Smoothness> {
  await scriptModel({ text, rate: RATE })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  const seen = await watch(page, devtools, async () => {
    await askPlainly(page, `Stream ${name}`)
    await focus(page, '[role=log]')
    await page.keyboard.press('End')
    // Types until the answer has ended.
    await focus(page, 'form textarea')
    await page.keyboard.type('Typing while it is written. '.repeat(8), { delay: 80 })
    await ended(page)
  })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  await page.fill('form textarea', '')
  return seen
}

/** The median of several rounds, followed by each of them. */
function report(name: string, text: string, rounds: Smoothness[], aim: string): void {
  const title = `${name}, ${tokenCount(text)} tokens`
  const all = (figures: number[]) =>
    figures.length > 1 ? `${median(figures)} (${figures.join(', ')})` : figures[0]
  print(`${title}: longest task, ms`, `${all(rounds.map(({ longestTask }) => longestTask))}`, aim)
  print(`${title}: tasks over 50 ms`, `${all(rounds.map(({ longTasks }) => longTasks))}`)
  const frames = median(rounds.map(({ frames, dropped }) => frames + dropped))
  print(`${title}: dropped frames`, `${all(rounds.map(({ dropped }) => dropped))} of ${frames}`)
}

function median(figures: number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN
}

/** Focuses without a locator: that would search a thousand messages, and be the longest task itself. */
async function focus(page: Page, selector: string): Promise<void> {
  await page.evaluate((wanted) => document.querySelector<HTMLElement>(wanted)?.focus(), selector)
}

async function askPlainly(page: Page, text: string): Promise<void> {
  await focus(page, 'form textarea')
  await page.keyboard.insertText(text)
  await page.keyboard.press('Enter')
  await page.waitForFunction(
    (asked) => {
      const section = [...document.querySelectorAll('[role=log] section')].at(-1)
      return section?.textContent.includes(asked) && section.querySelector('article[aria-busy]')
    },
    text,
    { timeout: 60_000 },
  )
}

async function ended(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll('[role=log] section')].at(-1)?.querySelector('article[aria-busy=false]'),
    undefined,
    { timeout: 180_000, polling: 500 },
  )
}

async function memory(page: Page, devtools: CDPSession): Promise<void> {
  const before = await heapSize(devtools)
  await scriptModel({ text: TEXTS.english, rate: 0 })
  for (let count = 0; count < ANSWERS; count += 1) {
    await askPlainly(page, `Fill ${count}`)
    await ended(page)
  }
  const after = await heapSize(devtools)
  print(`memory after ${ANSWERS} such answers`, `${after.toFixed(0)} MB (before: ${before.toFixed(0)})`, '')
}

/** Prints immediately, so that a later failure does not lose figures that took minutes. */
function print(name: string, figure: string, aim = ''): void {
  console.log(`  ${name.padEnd(NAME_WIDTH)}  ${figure.padEnd(22)}  ${aim && `aim ${aim}`}`)
}
