/** Markdown on a page. */
import { render } from '@testing-library/react'
import { expect } from 'vitest'
import Markdown from '@/markdown/markdown'
import { mendTail } from '@/markdown/mending/mend-tail'

export function show(text: string, isBeingWritten = false): HTMLElement {
  return render(<Markdown text={text} isBeingWritten={isBeingWritten} />).container
}

/** Expects that the text shows none of these marks at any length, as it grows while an answer is written. */
export function expectMarksHidden(text: string, marks: RegExp): void {
  for (let length = 1; length <= text.length; length += 1) {
    expect(show(mendTail(text.slice(0, length))).textContent).not.toMatch(marks)
  }
}
