import { EyeOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import type { Model } from '@/types/api'

interface BlindNoticeProps {
  name: string
  /** A model that sees images, if there is one. */
  other: Model | undefined
  onSwitch: (model: string) => void
}

/** Says that the model does not see the images of the message, with one button to a model that does. */
export default function BlindNotice({ name, other, onSwitch }: BlindNoticeProps) {
  const { t } = useTranslation()
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 px-2.5 py-1.5 text-sm text-danger"
    >
      <p className="flex items-start gap-2">
        <EyeOff aria-hidden className="mt-[0.2em] size-4 shrink-0" />
        {t('attachments.blind', { name })}
      </p>
      {other && (
        <Button variant="outline" onClick={() => onSwitch(other.id)}>
          {t('models.switchTo', { name: other.name })}
        </Button>
      )}
    </div>
  )
}
