import { expect, type Page } from '@playwright/test'
import { test } from './test'
import { composer, startSignedIn } from './user'

async function openNewChat(page: Page): Promise<Page> {
  const tab = await page.context().newPage()
  await tab.goto('/')
  await expect(composer(tab)).toBeVisible()
  return tab
}

async function crash(tab: Page): Promise<void> {
  const crashed = tab.waitForEvent('crash')
  const developer = await tab.context().newCDPSession(tab)
  // Never answered: the page is gone.
  void developer.send('Page.crash').catch(() => undefined)
  await crashed
  await tab.close()
}

for (const crashes of ['first', 'second'] as const) {
  test(`two tabs at "new chat" have two drafts, and that of the ${crashes} survives its crash`, async ({
    page,
  }) => {
    await startSignedIn(page)
    const tabs = { first: page, second: await openNewChat(page) }
    await composer(tabs.first).fill('Draft of the first')
    await composer(tabs.second).fill('Draft of the second')
    const left = crashes === 'first' ? 'second' : 'first'
    await crash(tabs[crashes])
    await expect(composer(tabs[left])).toHaveValue(`Draft of the ${left}`)
    const next = await openNewChat(tabs[left])
    await expect(composer(next)).toHaveValue(`Draft of the ${crashes}`)
    await expect(composer(tabs[left])).toHaveValue(`Draft of the ${left}`)
  })
}
