import { useTranslation } from 'react-i18next'
import { ToastList } from '@/components/ui/toast-list'
import { useToasts } from '@/stores/toasts'

export function Toasts() {
  const { t } = useTranslation()
  const { toasts, dismiss } = useToasts()
  return (
    <ToastList
      toasts={toasts}
      label={t('toasts.label')}
      placeLabel={t('toasts.place')}
      dismissLabel={t('toasts.dismiss')}
      onDismiss={dismiss}
    />
  )
}
