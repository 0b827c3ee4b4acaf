/** Markdown with formulas, in a separate chunk with the fonts and styles they need. */
import 'katex/dist/katex.min.css'
import { type ComponentProps, isValidElement, lazy, type ReactNode, Suspense } from 'react'
import remarkMath from 'remark-math'
import type { Components } from 'react-markdown'
import { ErrorBoundary } from '@/components/ui/error-boundary'
import { Formula, type FormulaProps } from '@/markdown/math/formula'
import Markdown, { Code, InlineCode, type MarkdownProps } from '@/markdown/markdown'
import { normalizeMath } from '@/markdown/math/math'

const ChemicalFormula = lazy(() => import('@/markdown/math/chemical-formula'))

/** In characters. A longer formula is shown as TeX source, because rendering takes quadratic time. */
const MAX_FORMULA_LENGTH = 4_000

const PLUGINS: NonNullable<MarkdownProps['plugins']> = [[remarkMath, { singleDollarTextMath: false }]]
const COMPONENTS: Components = { code: InlineMath, pre: DisplayMath }

export default function MathMarkdown({ text, ...props }: MarkdownProps) {
  return <Markdown {...props} text={normalizeMath(text)} plugins={PLUGINS} components={COMPONENTS} />
}

function InlineMath({ className, children, dir }: ComponentProps<'code'>) {
  const isFormula = className?.includes('math-inline') === true && typeof children === 'string'
  return isFormula ? (
    <AnyFormula tex={children} isDisplay={false} />
  ) : (
    <InlineCode className={className} dir={dir}>
      {children}
    </InlineCode>
  )
}

function DisplayMath({ children }: ComponentProps<'pre'>) {
  const tex = displayedTex(children)
  return tex === null ? <Code>{children}</Code> : <AnyFormula tex={tex} isDisplay />
}

function displayedTex(children: ReactNode): string | null {
  if (!isValidElement<{ className?: string; children?: unknown }>(children)) return null
  const { className, children: tex } = children.props
  return className?.includes('math-display') && typeof tex === 'string' ? tex : null
}

/** Chemistry has more rules, which load when they are first used. */
function AnyFormula(props: FormulaProps) {
  if (props.tex.length > MAX_FORMULA_LENGTH) return <Tex {...props} />
  if (!/\\(?:ce|pu)\b/.test(props.tex)) return <Formula {...props} />
  const plain = <Tex {...props} />
  return (
    <ErrorBoundary fallback={plain}>
      <Suspense fallback={plain}>
        <ChemicalFormula {...props} />
      </Suspense>
    </ErrorBoundary>
  )
}

function Tex({ tex, isDisplay }: FormulaProps) {
  return (
    <span dir="ltr" translate="no" className={isDisplay ? 'block overflow-x-auto' : undefined}>
      {tex}
    </span>
  )
}
