/** Draws a Mermaid diagram, in a separate chunk. */
import { Code, Workflow } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '@/markdown/code/code-block'
import { IconButton } from '@/components/ui/icon-button'
import { useDiagram } from '@/hooks/use-diagram'
import { useIsNear } from '@/hooks/use-near'
import { useKeptPlaceBelow } from '@/hooks/use-kept-place-below'
import { useLog } from '@/hooks/use-log'
import { basePath } from '@/lib/base-path'

/** Longer diagrams stay code: their drawing would be unreadable. */
const MAX_LENGTH = 20_000
/** Higher diagrams scroll inside their frame. */
const MAX_HEIGHT_PX = 960
/** Vite's development server refuses a frame without an origin. */
const SANDBOX = import.meta.env.DEV ? 'allow-scripts allow-same-origin' : 'allow-scripts'

export default function Diagram({ code }: { code: string }) {
  const { t } = useTranslation()
  const [isCodeWanted, setIsCodeWanted] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const frame = useRef<HTMLIFrameElement>(null)
  const isNear = useIsNear(place, useLog().viewport) && code.length <= MAX_LENGTH
  const keepPlace = useKeptPlaceBelow(place)
  const { height, hasFailed } = useDiagram(frame, code, isNear, keepPlace)
  const isShown = height !== null && !hasFailed && !isCodeWanted

  return (
    <div ref={place}>
      <CodeBlock
        code={code}
        name="Mermaid"
        isHidden={isShown}
        actions={
          height !== null &&
          !hasFailed && (
            <IconButton
              Icon={isCodeWanted ? Workflow : Code}
              size="sm"
              label={isCodeWanted ? t('diagram.show') : t('diagram.showCode')}
              onClick={() => setIsCodeWanted(!isCodeWanted)}
            />
          )
        }
      >
        {hasFailed && (
          <p className="border-t border-line px-4 py-2 text-sm text-ink-2">{t('diagram.failed')}</p>
        )}
        {!hasFailed && (
          <div
            className={isShown ? undefined : 'invisible h-0 overflow-hidden'}
            style={isShown ? { height: Math.min(height, MAX_HEIGHT_PX) } : undefined}
          >
            {isNear && (
              <iframe
                ref={frame}
                title={t('diagram.title')}
                src={`${basePath}/diagram.html`}
                sandbox={SANDBOX}
                className="size-full"
              />
            )}
          </div>
        )}
      </CodeBlock>
    </div>
  )
}
