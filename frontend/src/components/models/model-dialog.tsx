import { useTranslation } from 'react-i18next'
import { ModelSearch, type ModelSearchProps } from '@/components/models/model-search'
import { Dialog } from '@/components/ui/dialog'
import { addRecentModel } from '@/stores/recent-models'

interface ModelDialogProps extends ModelSearchProps {
  isOpen: boolean
  onClose: () => void
}

/** A choice among many models, in a separate chunk; on a phone it fills the page. */
export default function ModelDialog({ isOpen, onClose, onChoose, ...props }: ModelDialogProps) {
  const { t } = useTranslation()
  const choose = (id: string) => {
    onClose()
    if (id !== '') addRecentModel(id)
    onChoose(id)
  }
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('models.pick')}
      hasHiddenTitle
      className="md:mt-[10vh] md:mb-auto md:h-[min(36rem,80vh)] md:w-[min(32rem,calc(100vw-4rem))]"
    >
      <ModelSearch {...props} onChoose={choose} />
    </Dialog>
  )
}
