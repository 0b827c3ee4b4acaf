import { lazy, memo, Suspense, useState } from 'react'
import { ErrorBoundary } from '@/components/ui/error-boundary'
import { hasMath } from '@/markdown/math'
import { growBlocks, isTooDeep, splitBlocks } from '@/markdown/markdown-blocks'
import { mendTail } from '@/markdown/mend-tail'

const Markdown = lazy(() => import('@/markdown/markdown'))
const MathMarkdown = lazy(() => import('@/markdown/math-markdown'))

interface AnswerTextProps {
  text: string
  isBeingWritten: boolean
}

/** An answer's text. Each top-level block is rendered once; only the last is rendered again while it grows. */
export function AnswerText({ text, isBeingWritten }: AnswerTextProps) {
  const blocks = useBlocks(text)
  const plain = <PlainText text={text} />
  return (
    // Removes the last block's margin. A CSS rule for it would recompute the styles of every element in the block.
    <div className="-mb-3">
      <ErrorBoundary fallback={plain}>
        <Suspense fallback={plain}>
          {blocks.map((block, index) => (
            <Block key={index} text={block} isBeingWritten={isBeingWritten && index === blocks.length - 1} />
          ))}
        </Suspense>
      </ErrorBoundary>
    </div>
  )
}

/** The text's blocks. While the text grows, splitting resumes at the last block. */
function useBlocks(text: string): string[] {
  const [cut, setCut] = useState(() => ({ text, blocks: splitBlocks(text) }))
  if (cut.text === text) return cut.blocks
  const blocks = growBlocks(cut.blocks, text)
  setCut({ text, blocks })
  return blocks
}

const Block = memo(function Block({ text, isBeingWritten }: AnswerTextProps) {
  const plain = <PlainText text={text} />
  return (
    <div className="prose-block">
      {isTooDeep(text) ? (
        plain
      ) : (
        <ErrorBoundary fallback={plain}>
          <BlockText text={isBeingWritten ? mendTail(text) : text} isBeingWritten={isBeingWritten} />
        </ErrorBoundary>
      )}
    </div>
  )
})

function BlockText(props: AnswerTextProps) {
  const markdown = <Markdown {...props} />
  if (!hasMath(props.text)) return markdown
  return (
    <Suspense fallback={markdown}>
      <MathMarkdown {...props} />
    </Suspense>
  )
}

function PlainText({ text }: { text: string }) {
  return <div className="mb-[0.85rem] whitespace-pre-wrap">{text}</div>
}
