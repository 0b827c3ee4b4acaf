/** Renders answers to HTML as `AnswerText` does, but synchronously. Formulas stay empty. */
import { renderToStaticMarkup } from 'react-dom/server'
import { isOverBudget } from '@/markdown/budget'
import Markdown from '@/markdown/markdown'
import { splitBlocks } from '@/markdown/syntax/markdown-blocks'
import { hasMath } from '@/markdown/math/math'
import MathMarkdown from '@/markdown/math-markdown'
import { mendTail } from '@/markdown/mending/mend-tail'
import { nestFences } from '@/markdown/syntax/nested-fences'
import { holdReferences } from '@/markdown/links/references'

export function answerHtml(answer: string, isBeingWritten: boolean): string {
  const nested = nestFences(answer, isBeingWritten)
  const blocks = splitBlocks(isBeingWritten ? holdReferences(nested) : nested)
  return blocks
    .map((block, index) => {
      if (isOverBudget(block)) throw new Error('The block would be plain text')
      const isGrowing = isBeingWritten && index === blocks.length - 1
      return isGrowing ? blockHtml(mendTail(block), true) : finishedHtml(block)
    })
    .join('\n')
}

/** Of the blocks that have been rendered: the states of an answer share their finished blocks. */
const rendered = new Map<string, string>()

function finishedHtml(block: string): string {
  const html = rendered.get(block) ?? blockHtml(block, false)
  rendered.set(block, html)
  return html
}

function blockHtml(text: string, isBeingWritten: boolean): string {
  const Renderer = hasMath(text) ? MathMarkdown : Markdown
  return renderToStaticMarkup(<Renderer text={text} isBeingWritten={isBeingWritten} />)
}
