import { clsx } from 'clsx'
import { Check, Copy, WrapText } from 'lucide-react'
import { lazy, memo, type ReactNode, type RefObject, Suspense, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorBoundary } from '@/components/ui/error-boundary'
import { IconButton } from '@/components/ui/icon-button'
import { useCopy } from '@/hooks/use-copy'
import { useIsNear } from '@/hooks/use-near'
import { codePieces, isColoured } from '@/markdown/code/code-pieces'
import { type CodeLanguage, codeLanguageOf } from '@/markdown/code/code-language'

const HighlightedCode = lazy(() => import('./highlighted-code'))

/** How many pieces are in view before the user scrolls. */
const SEEN_AT_FIRST = 2

/** Code up to this length, in characters, fits on half a page of paper and is not divided between pages. */
const MAX_UNBROKEN_LENGTH = 1_500

interface CodeBlockProps {
  code: string
  /** The word after the fence. */
  name: string
  /** Whether a drawing of it is shown instead. */
  isHidden?: boolean
  /** More buttons. */
  actions?: ReactNode
  /** Shown below the code. */
  children?: ReactNode
}

export function CodeBlock({ code, name, isHidden, actions, children }: CodeBlockProps) {
  const { t } = useTranslation()
  const { isCopied, copy } = useCopy()
  const [isWrapped, setIsWrapped] = useState(false)
  const scroller = useRef<HTMLPreElement>(null)
  const { language, label } = codeLanguageOf(name)
  const title = label || t('code.plain')

  return (
    <figure
      aria-label={t(isHidden ? 'diagram.block' : 'code.block', { language: title })}
      dir="ltr"
      translate="no"
      className={clsx(
        'code-block overflow-hidden rounded-xl border border-line bg-raised',
        code.length <= MAX_UNBROKEN_LENGTH && 'print:break-inside-avoid',
      )}
    >
      <figcaption className="flex items-center justify-between border-b border-line bg-hover py-1 pr-1.5 pl-4 text-xs text-ink-2">
        <span className="font-medium">{title}</span>
        <span className="flex gap-0.5 print:hidden">
          {actions}
          {!isHidden && (
            <IconButton
              Icon={WrapText}
              size="sm"
              label={isWrapped ? t('code.unwrap') : t('code.wrap')}
              aria-pressed={isWrapped}
              className="aria-pressed:bg-hover aria-pressed:text-accent"
              onClick={() => setIsWrapped(!isWrapped)}
            />
          )}
          <IconButton
            Icon={isCopied ? Check : Copy}
            className={isCopied ? 'text-accent!' : undefined}
            size="sm"
            label={isCopied ? t('actions.copied') : t('code.copy')}
            onClick={() => void copy(code)}
          />
        </span>
      </figcaption>
      {!isHidden && (
        <pre
          ref={scroller}
          // A scrollable region must be reachable by keyboard.
          tabIndex={0}
          className={clsx(
            'max-h-[36rem] overflow-auto p-4 font-mono text-sm tab-4',
            isWrapped ? 'whitespace-pre-wrap' : 'wrap-normal',
          )}
        >
          <CodeText code={code} language={language} scroller={scroller} />
        </pre>
      )}
      {children}
    </figure>
  )
}

interface CodeTextProps {
  code: string
  language: CodeLanguage | null
  /** The element in which long code scrolls. */
  scroller: RefObject<HTMLElement | null>
}

/** Code in pieces, each its own block: only the piece that grows is highlighted and laid out again. */
function CodeText({ code, language, scroller }: CodeTextProps) {
  const pieces = useMemo(() => codePieces(code), [code])
  return (
    <code>
      {pieces.map((piece, index) =>
        language === null || !isColoured(piece) ? (
          <span key={index} className="block">
            {piece}
          </span>
        ) : (
          <ColouredPiece
            key={index}
            code={piece}
            language={language}
            scroller={scroller}
            isSeen={index < SEEN_AT_FIRST}
          />
        ),
      )}
    </code>
  )
}

interface ColouredPieceProps extends CodeTextProps {
  language: CodeLanguage
  /** Whether it is in view before the user scrolls. */
  isSeen: boolean
}

/** Highlighted only near the view: each colour is an element, and a long block has thousands. */
const ColouredPiece = memo(function ColouredPiece({ code, language, scroller, isSeen }: ColouredPieceProps) {
  const place = useRef<HTMLSpanElement>(null)
  const isNear = useIsNear(place, scroller, isSeen)
  return (
    <span ref={place} className="block">
      {isNear ? (
        <ErrorBoundary fallback={code}>
          <Suspense fallback={code}>
            <HighlightedCode code={code} language={language} />
          </Suspense>
        </ErrorBoundary>
      ) : (
        code
      )}
    </span>
  )
})
