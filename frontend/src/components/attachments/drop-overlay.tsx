import { Paperclip } from 'lucide-react'
import { useTranslation } from 'react-i18next'

/** Says, over the whole page, that the files being dragged can be dropped. */
export function DropOverlay() {
  const { t } = useTranslation()
  return (
    <div className="pointer-events-none fixed inset-0 z-30 flex animate-fade items-center justify-center bg-scrim">
      <p className="flex items-center gap-2 rounded-xl border-2 border-dashed border-accent bg-panel px-6 py-4 text-base shadow-overlay">
        <Paperclip aria-hidden className="size-5 text-accent" />
        {t('attachments.drop')}
      </p>
    </div>
  )
}
