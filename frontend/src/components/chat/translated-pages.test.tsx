import { render, screen } from '@testing-library/react'
import { AnswerText } from '@/components/chat/message/answer-text'
import { expect, test } from 'vitest'
import { tolerateTranslators } from '@/lib/browser/translated-page'

/** Deprecated, and what translators use. */
const FONT = 'font' as string

/** As the translators of browsers do: each text node outside `translate="no"` is replaced. */
function translate(root: Element): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const texts: Node[] = []
  while (walker.nextNode()) texts.push(walker.currentNode)
  for (const text of texts) {
    if (text.parentElement?.closest('[translate="no"]')) continue
    const font = document.createElement(FONT)
    font.textContent = `[${text.textContent ?? ''}]`
    text.parentNode?.replaceChild(font, text)
  }
}

function Page({ isLong }: { isLong: boolean }) {
  return (
    <p>
      {isLong && <b>Inserted</b>}
      {isLong ? null : 'Removed'}
      Rest
    </p>
  )
}

test('React may remove and insert around text that a translator has replaced', () => {
  const originals = Object.getOwnPropertyDescriptors(Node.prototype)
  tolerateTranslators()
  try {
    const page = render(<Page isLong={false} />)
    translate(page.container)
    page.rerender(<Page isLong />)
    expect(page.container.textContent).toContain('Inserted')
    page.unmount()
  } finally {
    Object.defineProperties(Node.prototype, originals)
  }
})

test('an answer that grows in a translated page stays readable, and code is never translated', async () => {
  const page = render(<AnswerText text="One `code` two" isBeingWritten />)
  await screen.findByText('code', { selector: 'code' })
  translate(page.container)
  page.rerender(<AnswerText text="One `code` two three" isBeingWritten />)
  expect(page.container.textContent).toBe('One code two three')
  page.rerender(<AnswerText text="One `code` two three" isBeingWritten={false} />)
  translate(page.container)
  expect(page.container.textContent).toBe('[One ]code[ two three]')
})
