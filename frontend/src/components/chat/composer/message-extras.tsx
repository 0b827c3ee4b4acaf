import { lazy, Suspense } from 'react'
import type { useMessageForm } from '@/hooks/use-message-form'

const AttachmentBar = lazy(() => import('@/components/attachments/attachment-bar'))
const BlindNotice = lazy(() => import('@/components/attachments/blind-notice'))
const LongPasteOffer = lazy(() => import('@/components/attachments/long-paste-offer'))

type MessageExtrasProps = ReturnType<typeof useMessageForm>['extras'] & {
  onSwitchModel: (model: string) => void
}

/** The attachments above the text of a message being written, with notices about them and about a long paste. */
export function MessageExtras(props: MessageExtrasProps) {
  const { uploads, blindModel, longPaste, onRemove, onEmpty, onSwitchModel } = props
  return (
    <Suspense>
      {uploads.length > 0 && <AttachmentBar uploads={uploads} onRemove={onRemove} onEmpty={onEmpty} />}
      {blindModel && <BlindNotice {...blindModel} onSwitch={onSwitchModel} />}
      {longPaste && <LongPasteOffer {...longPaste} />}
    </Suspense>
  )
}
