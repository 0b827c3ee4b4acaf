import { FileText } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { KeyCaps } from '@/components/ui/key-caps'
import type { LongPaste } from '@/hooks/use-paste'
import { modKey } from '@/lib/shortcuts'

/** Offers to make a long pasted text an attachment. */
export default function LongPasteOffer({ length, convert, dismiss }: LongPaste) {
  const { t } = useTranslation()
  return (
    <div
      role="status"
      className="flex animate-fade flex-wrap items-center gap-x-2 gap-y-1 px-2.5 py-1.5 text-sm text-ink-2"
    >
      <FileText aria-hidden className="size-4 shrink-0 text-accent" />
      <span>{t('attachments.longPaste', { count: length })}</span>
      <Button variant="outline" onClick={convert}>
        {t('attachments.longPasteUse')}
        <span aria-hidden className="touch:hidden">
          <KeyCaps caps={[modKey(), 'U']} />
        </span>
      </Button>
      <Button onClick={dismiss}>{t('attachments.longPasteKeep')}</Button>
    </div>
  )
}
