import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DocumentIcon } from '@/components/attachments/document-icon'
import type { ShownAttachment } from '@/components/attachments/attachment-list'
import { formatBytes } from '@/lib/text/bytes'

const DocumentDialog = lazy(() => import('@/components/attachments/document-dialog'))

/** A document with its pages and its size; opens its text. */
export function DocumentChip({ document }: { document: ShownAttachment }) {
  const { t, i18n } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const { name, bytes, attachment } = document
  const size = formatBytes(bytes, i18n.language)
  const pages = attachment?.pages ?? null
  return (
    <>
      <button
        type="button"
        disabled={!attachment}
        title={t('attachments.openText', { name })}
        onClick={() => setIsOpen(true)}
        className="flex max-w-full items-center gap-2 rounded-xl border border-line bg-panel py-2 pr-3.5 pl-2 text-left transition-colors enabled:hover:bg-hover"
      >
        <span className="size-9 shrink-0 rounded-md bg-sunken">
          <DocumentIcon />
        </span>
        <span className="flex max-w-56 min-w-0 flex-col">
          <span className="truncate text-sm">{name}</span>
          <span className="text-xs text-ink-3 tabular-nums">
            {pages === null ? size : `${t('attachments.pages', { count: pages })} · ${size}`}
          </span>
        </span>
      </button>
      <Suspense>
        {attachment && isOpen && <DocumentDialog attachment={attachment} onClose={() => setIsOpen(false)} />}
      </Suspense>
    </>
  )
}
