import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { FromFirstUse } from '@/components/ui/from-first-use'
import { useToasts } from '@/stores/toasts'

const ToastList = lazy(() => import('@/components/ui/toast-list'))

export function Toasts() {
  const { t } = useTranslation()
  const { toasts, dismiss } = useToasts()
  return (
    <FromFirstUse isUsed={toasts.length > 0}>
      <ToastList
        toasts={toasts}
        label={t('toasts.label')}
        placeLabel={t('toasts.place')}
        dismissLabel={t('toasts.dismiss')}
        onDismiss={dismiss}
      />
    </FromFirstUse>
  )
}
