import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { attachmentTextQuery, fetchAttachment } from '@/api/attachments'
import { signedUrl } from '@/api/base-urls'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { LoadState } from '@/components/ui/load-state'
import { showError } from '@/core/error-toast'
import { hasLongWord } from '@/markdown/budget'
import type { Attachment } from '@/types/api'

interface DocumentDialogProps {
  attachment: Attachment
  onClose: () => void
}

/** The text of a document as the model reads it, and its download; in a separate chunk. */
export default function DocumentDialog({ attachment, onClose }: DocumentDialogProps) {
  const { t } = useTranslation()
  const { id, name, truncated } = attachment
  const download = async () => {
    try {
      const { url } = await fetchAttachment(id)
      const link = document.createElement('a')
      link.href = signedUrl(url)
      link.download = name
      link.click()
    } catch (error) {
      showError(error)
    }
  }
  return (
    <Dialog isOpen onClose={onClose} title={name} className="md:h-[80dvh] md:w-[min(48rem,90vw)]">
      <div className="flex items-center justify-between gap-3 border-b border-line px-5 pb-3">
        <p className="text-xs text-ink-3">{truncated && t('attachments.truncated')}</p>
        <Button Icon={Download} variant="outline" onClick={() => void download()}>
          {t('attachments.download')}
        </Button>
      </div>
      <DocumentText id={id} name={name} />
    </Dialog>
  )
}

function DocumentText({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation()
  const { data: text, isError, refetch } = useQuery(attachmentTextQuery(id))
  if (text === undefined) {
    return (
      <LoadState
        isError={isError}
        errorText={t('attachments.textFailed')}
        onRetry={() => void refetch()}
        className="items-start p-5"
      />
    )
  }
  if (text.trim() === '') return <p className="p-5 text-sm text-ink-2">{t('attachments.noText')}</p>
  return (
    <div
      role="region"
      aria-label={name}
      tabIndex={0}
      className={clsx(
        'min-h-0 grow overflow-y-auto px-5 py-4 text-sm whitespace-pre-wrap -outline-offset-2',
        hasLongWord(text) && 'without-kerning',
      )}
    >
      {text}
    </div>
  )
}
