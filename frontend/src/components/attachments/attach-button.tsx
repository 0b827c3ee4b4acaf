import { Paperclip } from 'lucide-react'
import { type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/components/ui/icon-button'
import { useMediaQuery } from '@/hooks/use-media-query'

/** Phones offer the camera and the gallery for these; elsewhere the list would hide source code of rarer languages. */
const PHONE_FILE_TYPES = 'image/*,application/pdf,text/*,application/json'

interface AttachButtonProps {
  fileInput: RefObject<HTMLInputElement | null>
  onFiles: (files: File[]) => void
}

export function AttachButton({ fileInput, onFiles }: AttachButtonProps) {
  const { t } = useTranslation()
  const isPhone = useMediaQuery('(hover: none)')
  return (
    <>
      <input
        ref={fileInput}
        type="file"
        multiple
        hidden
        accept={isPhone ? PHONE_FILE_TYPES : undefined}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])])
          // The same file can be chosen again after it was removed.
          currentTarget.value = ''
        }}
      />
      <IconButton
        Icon={Paperclip}
        label={t('attachments.add')}
        className="rounded-full"
        onClick={() => fileInput.current?.click()}
      />
    </>
  )
}
