import { clsx } from 'clsx'
import { Check, Copy, WrapText } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorBoundary } from '@/components/ui/error-boundary'
import { IconButton } from '@/components/ui/icon-button'
import { useCopy } from '@/hooks/use-copy'
import { codePieces } from '@/lib/code-lines'
import { type CodeLanguage, codeLanguageOf } from '@/lib/code-language'

const HighlightedCode = lazy(() => import('./highlighted-code'))

/** What stands further down stays plain, and pieces of very long lines too: so much in colour would weigh on the page. */
const MOST_COLOURED_PIECES = 20
const LONGEST_COLOURED_PIECE = 8_000

interface CodeBlockProps {
  code: string
  /** What stands after the fence. */
  name: string
  /** Whether something else is shown in its place: what it was drawn as. */
  isHidden?: boolean
  /** Buttons of its own. */
  actions?: ReactNode
  /** What stands below the code. */
  children?: ReactNode
}

export function CodeBlock({ code, name, isHidden, actions, children }: CodeBlockProps) {
  const { t } = useTranslation()
  const { isCopied, copy } = useCopy()
  const [isWrapped, setIsWrapped] = useState(false)
  const { language, label } = codeLanguageOf(name)
  const title = label || t('code.plain')

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
          <CodeText code={code} language={language} />
        </pre>
      )}
      {children}
    </figure>
  )
}

/** In pieces, each a block of its own: only the one that grows is coloured and laid out again. */
function CodeText({ code, language }: { code: string; language: CodeLanguage | null }) {
  const pieces = useMemo(() => codePieces(code), [code])
  return (
    <code>
      {pieces.map((piece, index) => {
        const isPlain =
          language === null || index >= MOST_COLOURED_PIECES || piece.length > LONGEST_COLOURED_PIECE
        return (
          <span key={index} className="block">
            {isPlain ? (
              piece
            ) : (
              <ErrorBoundary fallback={piece}>
                <Suspense fallback={piece}>
                  <HighlightedCode code={piece} language={language} />
                </Suspense>
              </ErrorBoundary>
            )}
          </span>
        )
      })}
    </code>
  )
}
