/** Markdown with formulas, in a separate chunk with the fonts and styles they need. */
import 'katex/dist/katex.min.css'
import katex from 'katex'
import { type ComponentProps, isValidElement, type ReactNode, useLayoutEffect, useRef } from 'react'
import remarkMath from 'remark-math'
import type { Components } from 'react-markdown'
import Markdown, { Code, GrowingCode, type MarkdownProps } from '@/markdown/markdown'
import { normalizeMath } from '@/markdown/math'

const PLUGINS: NonNullable<MarkdownProps['plugins']> = [[remarkMath, { singleDollarTextMath: false }]]
const components: Components = { code: InlineMath, pre: DisplayMath }
const growingComponents: Components = { code: InlineMath, pre: GrowingDisplayMath }

export default function MathMarkdown({ text, isBeingWritten }: MarkdownProps) {
  return (
    <Markdown
      text={normalizeMath(text)}
      isBeingWritten={isBeingWritten}
      plugins={PLUGINS}
      components={isBeingWritten ? growingComponents : components}
    />
  )
}

function InlineMath({ className, children }: ComponentProps<'code'>) {
  const isFormula = className?.includes('math-inline') === true && typeof children === 'string'
  return isFormula ? (
    <Formula tex={children} isDisplay={false} />
  ) : (
    <code className={className}>{children}</code>
  )
}

function DisplayMath({ children }: ComponentProps<'pre'>) {
  const tex = displayedTex(children)
  return tex === null ? <Code>{children}</Code> : <Formula tex={tex} isDisplay />
}

function GrowingDisplayMath({ children }: ComponentProps<'pre'>) {
  const tex = displayedTex(children)
  return tex === null ? <GrowingCode>{children}</GrowingCode> : <Formula tex={tex} isDisplay />
}

function displayedTex(children: ReactNode): string | null {
  if (!isValidElement<{ className?: string; children?: unknown }>(children)) return null
  const { className, children: tex } = children.props
  return className?.includes('math-display') && typeof tex === 'string' ? tex : null
}

/** Built from elements instead of HTML: the page's content security policy blocks style attributes. */
function Formula({ tex, isDisplay }: { tex: string; isDisplay: boolean }) {
  const place = useRef<HTMLSpanElement>(null)

  useLayoutEffect(() => {
    if (!place.current) return
    // Invalid TeX is shown as it is. Macros must not expand without bound, and nothing may link.
    katex.render(tex, place.current, {
      displayMode: isDisplay,
      throwOnError: false,
      strict: false,
      trust: false,
      maxSize: 20,
      maxExpand: 200,
      errorColor: 'var(--danger)',
    })
  }, [tex, isDisplay])

  return (
    <span ref={place} className={isDisplay ? 'block overflow-x-auto overflow-y-hidden py-1' : undefined} />
  )
}
