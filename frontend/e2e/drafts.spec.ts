import { expect, type Page } from '@playwright/test'
import { test } from './signed-in'
import { composer, openTab } from './user'

async function crash(tab: Page): Promise<void> {
  const crashed = tab.waitForEvent('crash')
  const developer = await tab.context().newCDPSession(tab)
  // Never answered: the page has closed.
  void developer.send('Page.crash').catch(() => undefined)
  await crashed
  await tab.close()
}

for (const crashes of ['first', 'second'] as const) {
  test(`two tabs at "new chat" have two drafts, and the draft of the ${crashes} survives its crash`, async ({
    page,
  }) => {
    const tabs = { first: page, second: await openTab(page) }
    await composer(tabs.first).fill('Draft of the first')
    await composer(tabs.second).fill('Draft of the second')
    const left = crashes === 'first' ? 'second' : 'first'
    await crash(tabs[crashes])
    await expect(composer(tabs[left])).toHaveValue(`Draft of the ${left}`)
    const next = await openTab(tabs[left])
    await expect(composer(next)).toHaveValue(`Draft of the ${crashes}`)
    await expect(composer(tabs[left])).toHaveValue(`Draft of the ${left}`)
  })
}

test('a reloaded tab has its own draft, and a duplicated one has none', async ({ page }) => {
  const second = await openTab(page)
  await composer(page).fill('Draft of the first')
  await composer(second).fill('Draft of the second')
  await page.reload()
  await expect(composer(page)).toHaveValue('Draft of the first')
  const duplicate = await page.context().newPage()
  // "Duplicate" in the menu of a tab copies the tab's storage.
  await duplicate.addInitScript(
    (id) => {
      if (sessionStorage.getItem('tab') === null) sessionStorage.setItem('tab', id)
    },
    await page.evaluate(() => sessionStorage.getItem('tab') ?? ''),
  )
  await duplicate.goto('/')
  await expect(composer(duplicate)).toHaveValue('')
  await composer(duplicate).fill('Draft of the duplicate')
  await Promise.all([page.reload(), second.reload(), duplicate.reload()])
  await expect(composer(page)).toHaveValue('Draft of the first')
  await expect(composer(second)).toHaveValue('Draft of the second')
  await expect(composer(duplicate)).toHaveValue('Draft of the duplicate')
})
