import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { saveFile } from '@/lib/browser/save-file'

// A timer of a minute, which releases the URL, must not outlive the test.
beforeEach(() => vi.useFakeTimers())

afterEach(() => vi.clearAllTimers())

test.each([
  ['台北三日遊', '台北三日遊.md'],
  ['a/b\\c: "d" <e>?', 'a b c d e.md'],
  ['\u202eexe.\u202c rivers', 'exe. rivers.md'],
  ['.profile', 'profile.md'],
  ['half \ud83d an emoji', 'half an emoji.md'],
  ['👨‍👩‍👧 family', '👨‍👩‍👧 family.md'],
  ['مرحبا! كيف', 'مرحبا! كيف.md'],
  ['a\n b', 'a b.md'],
  ['???', 'conversation.md'],
  ['河'.repeat(200), `${'河'.repeat(80)}.md`],
])('the file of %j is named %j', (title, name) => {
  const saved: string[] = []
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:a')
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download)
  })
  saveFile(new Blob(['a']), title, 'md')
  expect(saved).toEqual([name])
})
