import { lazy } from 'react'
import { FromFirstUse } from '@/components/ui/from-first-use'
import { useToasts } from '@/stores/toasts'

const ToastList = lazy(() => import('@/components/layout/toast-list'))

/** Toasts over the page. */
export function Toasts() {
  const isUsed = useToasts(({ toasts }) => toasts.length > 0)
  return (
    <FromFirstUse isUsed={isUsed}>
      <ToastList />
    </FromFirstUse>
  )
}
