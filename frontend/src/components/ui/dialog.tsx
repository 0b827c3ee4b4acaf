import { lazy } from 'react'
import type { DialogProps } from '@/components/ui/dialog-panel'
import { FromFirstUse } from '@/components/ui/from-first-use'

const DialogPanel = lazy(() => import('@/components/ui/dialog-panel'))

/** A dialog in the middle of the page; on a phone it fills the page. */
export function Dialog(props: DialogProps) {
  return (
    <FromFirstUse isUsed={props.isOpen}>
      <DialogPanel {...props} />
    </FromFirstUse>
  )
}
