import { clsx } from 'clsx'
import { Check, Copy, WrapText } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorBoundary } from '@/components/ui/error-boundary'
import { IconButton } from '@/components/ui/icon-button'
import { useCopy } from '@/hooks/use-copy'
import { codePieces } from '@/lib/code-lines'
import { codeLanguageOf } from '@/lib/code-language'

const HighlightedCode = lazy(() => import('./highlighted-code'))

/** Longer code stays plain: colouring it would hold up the page. */
const MOST_HIGHLIGHTED = 40_000
const MOST_WHILE_WRITTEN = 6_000

/** In pieces, each a block of its own, so that the browser lays out only what grows. */
function PlainCode({ code }: { code: string }) {
  return (
    <code>
      {codePieces(code).map((piece, index) => (
        <span key={index} className="block">
          {piece}
        </span>
      ))}
    </code>
  )
}

interface CodeBlockProps {
  code: string
  /** What stands after the fence. */
  name: string
  isBeingWritten: boolean
  /** Whether something else is shown in its place: what it was drawn as. */
  isHidden?: boolean
  /** Buttons of its own. */
  actions?: ReactNode
  /** What stands below the code. */
  children?: ReactNode
}

export function CodeBlock({ code, name, isBeingWritten, isHidden, actions, children }: CodeBlockProps) {
  const { t } = useTranslation()
  const { isCopied, copy } = useCopy()
  const [isWrapped, setIsWrapped] = useState(false)
  const { language, label } = codeLanguageOf(name)
  const title = label || t('code.plain')
  const plain = <PlainCode code={code} />
  const isHighlighted =
    language !== null && code.length <= (isBeingWritten ? MOST_WHILE_WRITTEN : MOST_HIGHLIGHTED)

  return (
    <figure
      aria-label={t(isHidden ? 'diagram.block' : 'code.block', { language: title })}
      className="code-block overflow-hidden rounded-xl border border-line bg-raised"
    >
      <figcaption className="flex items-center justify-between border-b border-line bg-hover py-1 pr-1.5 pl-4 text-xs text-ink-2">
        <span className="font-medium">{title}</span>
        <span className="flex gap-0.5">
          {actions}
          {!isHidden && (
            <IconButton
              size="sm"
              label={isWrapped ? t('code.unwrap') : t('code.wrap')}
              aria-pressed={isWrapped}
              className="aria-pressed:bg-hover aria-pressed:text-accent"
              onClick={() => setIsWrapped(!isWrapped)}
            >
              <WrapText aria-hidden />
            </IconButton>
          )}
          <IconButton
            size="sm"
            label={isCopied ? t('actions.copied') : t('code.copy')}
            onClick={() => void copy(code)}
          >
            {isCopied ? <Check aria-hidden className="text-accent" /> : <Copy aria-hidden />}
          </IconButton>
        </span>
      </figcaption>
      {!isHidden && (
        <pre
          // A region that scrolls must be reachable by keyboard.
          tabIndex={0}
          className={clsx(
            'max-h-[36rem] overflow-auto p-4 font-mono text-sm tab-4',
            isWrapped ? 'whitespace-pre-wrap' : 'wrap-normal',
          )}
        >
          {isHighlighted ? (
            <ErrorBoundary fallback={plain}>
              <Suspense fallback={plain}>
                <HighlightedCode code={code} language={language} />
              </Suspense>
            </ErrorBoundary>
          ) : (
            plain
          )}
        </pre>
      )}
      {children}
    </figure>
  )
}
