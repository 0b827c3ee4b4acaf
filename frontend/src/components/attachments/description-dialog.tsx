import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { LengthNote } from '@/components/ui/length-note'
import { useLimits } from '@/hooks/use-limits'
import { checkLength } from '@/lib/text/text-length'

interface DescriptionDialogProps {
  isOpen: boolean
  description: string
  onClose: () => void
  onSave: (description: string) => void
}

/** Edits the description of an image. */
export function DescriptionDialog({ isOpen, onClose, ...props }: DescriptionDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('attachments.describeTitle')}
      className="h-fit md:w-md"
    >
      <DescriptionForm onClose={onClose} {...props} />
    </Dialog>
  )
}

function DescriptionForm({ description, onClose, onSave }: Omit<DescriptionDialogProps, 'isOpen'>) {
  const { t } = useTranslation()
  const hintId = useId()
  const [text, setText] = useState(description)
  const noteId = useId()
  const limit = useLimits()?.description_max
  return (
    <form
      className="flex flex-col gap-3 px-5 pb-5"
      onSubmit={(event) => {
        event.preventDefault()
        // The composer's form is around it.
        event.stopPropagation()
        onSave(text.trim())
        onClose()
      }}
    >
      <p id={hintId} className="text-sm text-ink-2">
        {t('attachments.describeHint')}
      </p>
      <textarea
        data-focus-first
        rows={4}
        aria-label={t('attachments.describeTitle')}
        aria-describedby={`${hintId} ${noteId}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="w-full resize-none rounded-lg border border-line-strong bg-raised px-3 py-2 text-base outline-none focus:border-focus focus:ring-3 focus:ring-accent-soft"
      />
      <div className="flex items-center justify-end gap-2">
        <LengthNote id={noteId} text={text} limit={limit} className="grow" />
        <Button onClick={onClose}>{t('app.cancel')}</Button>
        <Button variant="primary" type="submit" disabled={checkLength(text, limit).over > 0}>
          {t('app.save')}
        </Button>
      </div>
    </form>
  )
}
