import { clsx } from 'clsx'
import { lazy, memo, Suspense, useState } from 'react'
import { ErrorBoundary } from '@/components/ui/error-boundary'
import { costOf, countAffordable, hasLongWord, isOverBudget } from '@/markdown/budget'
import { hasMath } from '@/markdown/math/math'
import { nestFences } from '@/markdown/syntax/nested-fences'
import { holdReferences } from '@/markdown/links/references'
import { growBlocks, splitBlocks } from '@/markdown/syntax/markdown-blocks'
import { mendTail } from '@/markdown/mending/mend-tail'
import { type Outline, outlineAfter } from '@/markdown/plugins/outline'

const Markdown = lazy(() => import('@/markdown/markdown'))
const MathMarkdown = lazy(() => import('@/markdown/math-markdown'))

interface AnswerTextProps {
  text: string
  isBeingWritten: boolean
}

/** An answer's text. Each top-level block is rendered once; only the last is rendered again while it grows. */
export function AnswerText({ text, isBeingWritten }: AnswerTextProps) {
  const nested = nestFences(text, isBeingWritten)
  const { blocks, costs, outlines } = useBlocks(isBeingWritten ? holdReferences(nested) : nested)
  const affordable = countAffordable(costs)
  const plain = <PlainText text={text} />
  return (
    // `-mb-3` removes the last block's margin. A CSS rule for that would recompute the styles of all elements in it.
    <div
      className="-mb-3"
      // A translator replaces text nodes, and React would continue to write into the removed ones.
      translate={isBeingWritten ? 'no' : undefined}
    >
      <ErrorBoundary fallback={plain}>
        <Suspense fallback={plain}>
          {blocks.map((block, index) => (
            <Block
              key={index}
              text={block}
              isBeingWritten={isBeingWritten && index === blocks.length - 1}
              isPlain={index >= affordable}
              outline={outlines[index] ?? ''}
            />
          ))}
        </Suspense>
      </ErrorBoundary>
    </div>
  )
}

interface Blocks {
  blocks: string[]
  costs: number[]
  /** The headings before each block. */
  outlines: Outline[]
}

/** The text's blocks, with their costs and outlines. While the text grows, splitting resumes at the last block. */
function useBlocks(text: string): Blocks {
  const [cached, setCached] = useState(() => ({ text, ...measure(splitBlocks(text)) }))
  if (cached.text === text) return cached
  const next = { text, ...measure(growBlocks(cached.blocks, text), cached) }
  setCached(next)
  return next
}

function measure(blocks: string[], before?: Blocks): Blocks {
  const known = before?.blocks ?? []
  const costs = blocks.map((block, index) =>
    block === known[index] ? (before?.costs[index] ?? 0) : costOf(block),
  )
  return { blocks, costs, outlines: outlinesOf(blocks, before) }
}

function outlinesOf(blocks: readonly string[], before?: Blocks): Outline[] {
  let outline = ''
  return blocks.map((block, index) => {
    const outlineBefore = outline
    const isUnchanged = before?.blocks[index] === block && before.outlines[index] === outlineBefore
    outline = (isUnchanged ? before.outlines[index + 1] : undefined) ?? outlineAfter(outlineBefore, block)
    return outlineBefore
  })
}

interface BlockTextProps extends AnswerTextProps {
  outline: Outline
}

interface BlockProps extends BlockTextProps {
  isPlain: boolean
}

const Block = memo(function Block({ text, isBeingWritten, isPlain, outline }: BlockProps) {
  const plain = <PlainText text={text} />
  return (
    <div className={clsx('prose-block', hasLongWord(text) && 'without-kerning')}>
      {isPlain || isOverBudget(text) ? (
        plain
      ) : (
        <ErrorBoundary fallback={plain}>
          <BlockText
            text={isBeingWritten ? mendTail(text) : text}
            isBeingWritten={isBeingWritten}
            outline={outline}
          />
        </ErrorBoundary>
      )}
    </div>
  )
})

function BlockText(props: BlockTextProps) {
  const markdown = <Markdown {...props} />
  if (!hasMath(props.text)) return markdown
  return (
    <Suspense fallback={markdown}>
      <MathMarkdown {...props} />
    </Suspense>
  )
}

function PlainText({ text }: { text: string }) {
  return (
    <div
      dir="auto"
      className={clsx(
        'lines-by-direction mb-[0.85rem] whitespace-pre-wrap',
        hasLongWord(text) && 'without-kerning',
      )}
    >
      {text}
    </div>
  )
}
