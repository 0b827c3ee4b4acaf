import { expect, type Locator } from '@playwright/test'
import { findViolations } from './axe'
import { RIGHT_TO_LEFT } from './right-to-left'
import { askToTheEnd, changeConversation, composer } from './user'
import { test } from './signed-in'

const direction = (place: Locator) => place.evaluate((element) => getComputedStyle(element).direction)

/** Whether the text stands at the right edge of its element. */
async function isAtRight(place: Locator): Promise<boolean> {
  return place.evaluate((element) => {
    const range = document.createRange()
    range.selectNodeContents(element)
    const [text] = range.getClientRects()
    const box = element.getBoundingClientRect()
    return text !== undefined && box.right - text.right < text.left - box.left
  })
}

for (const [language, texts] of Object.entries(RIGHT_TO_LEFT)) {
  test(`a chat in ${language} runs from right to left, code and addresses from left to right`, async ({
    page,
  }) => {
    const answer = await askToTheEnd(page, `${texts.question}\nHello!\n[[text=${texts.answer}]]`)
    await changeConversation(page, { title: texts.title })

    for (const name of ['h2', 'p', 'ul', 'li', 'blockquote', 'table', 'th', 'td']) {
      expect(await direction(answer.locator(name).first()), name).toBe('rtl')
    }
    expect(await isAtRight(answer.locator('p').first())).toBe(true)
    expect(await direction(answer.getByText('An English item'))).toBe('ltr')
    for (const name of ['p code', 'pre', 'p a'])
      expect(await direction(answer.locator(name).first())).toBe('ltr')
    // The mark of an item has room between the text and the edge.
    const room = await answer
      .locator('li')
      .first()
      .evaluate(
        (item) =>
          (item.closest('ul')?.getBoundingClientRect().right ?? 0) - item.getBoundingClientRect().right,
      )
    expect(room).toBeGreaterThan(10)
    const english = answer.getByRole('listitem').filter({ hasText: 'An English item' })
    const roomOfEnglish = await english.evaluate(
      (item) =>
        item.getBoundingClientRect().left - (item.closest('ul')?.getBoundingClientRect().left ?? Infinity),
    )
    expect(roomOfEnglish).toBeGreaterThan(10)

    const question = page.getByRole('article', { name: 'You', exact: true }).getByText(texts.question)
    const edges = await question.evaluate((element) => {
      const range = document.createRange()
      range.selectNodeContents(element)
      const box = element.getBoundingClientRect()
      return [...range.getClientRects()].map(({ left, right }) => box.right - right < left - box.left)
    })
    expect([edges[0], edges.at(-1)]).toContain(true)
    expect(await direction(question)).toBe('rtl')

    const heading = page.getByRole('heading', { level: 1, name: texts.title })
    await expect(heading).toBeVisible()
    expect(await isAtRight(heading)).toBe(true)
    expect(await direction(page.getByRole('link', { name: texts.title }))).toBe('rtl')
    await composer(page).fill(texts.question)
    expect(await direction(composer(page))).toBe('rtl')
    await composer(page).fill('Hello!')
    expect(await direction(composer(page))).toBe('ltr')
    expect(await findViolations(page)).toEqual([])
  })
}
