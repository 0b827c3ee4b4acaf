import { beforeEach, describe, expect, test } from 'vitest'
import { startI18n } from '@/i18n'
import { expectMarksHidden, show } from '@/test/markdown'

/** The label and what follows it, without blanks. */
function alertIn(text: string): [string | undefined, string | undefined] {
  const alert = show(text).querySelector('[role=note]')
  const [label, ...rest] = alert?.children ?? []
  return [
    label?.textContent,
    rest
      .map(({ textContent }) => textContent)
      .join('')
      .replace(/\s/g, ''),
  ]
}

beforeEach(() => startI18n('en'))

describe('a quotation that begins with the mark of an alert', () => {
  test.each([
    ['> [!NOTE]\n> a **b**', ['Note', 'ab']],
    ['> [!TIP]\n>\n> a\n>\n> - b', ['Tip', 'ab']],
    ['> [!IMPORTANT]  \n> 內容', ['Important', '內容']],
    ['> [!warning] a\n> b', ['Warning', 'ab']],
    ['- > [!CAUTION]\n  > a', ['Caution', 'a']],
  ])('has a label instead: %j', (text, alert) => {
    expect(alertIn(text)).toEqual(alert)
    expect(show(text).textContent).not.toMatch(/[[\]!]/)
  })

  test('has its label in the language of the page', async () => {
    await startI18n('zh-TW')
    expect(alertIn('> [!NOTE]\n> a')).toEqual(['備註', 'a'])
  })

  test('has the direction of its text', () => {
    const alert = show('> [!NOTE]\n> مرحبا').querySelector('[role=note]')
    expect(alert?.getAttribute('dir')).toBe('auto')
    expect(alert?.querySelector('span')?.getAttribute('dir')).toBe('auto')
  })

  test.each(['> [!NOTE]\n> a', '> [!WARNING] a', '- > [!TIP]\n  > a', '1. a\n   > [!CAUTION]\n   >\n   > a'])(
    'shows its mark in no state: %j',
    (text) => {
      expectMarksHidden(text, /[[\]!]|NOTE|TIP|CAUTION/)
    },
  )
})

test.each(['> [!FOO]\n> a', '> a [!NOTE]', '[!NOTE] a', '> [!NOTE](https://example.com) a', '> [NOTE] a'])(
  '%j is not an alert',
  (text) => {
    expect(show(text).querySelector('[role=note]')).toBeNull()
  },
)
