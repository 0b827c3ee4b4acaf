import { lazy } from 'react'
import type { SheetProps } from '@/components/ui/sheet-panel'
import { FromFirstUse } from '@/components/ui/from-first-use'

const SheetPanel = lazy(() => import('@/components/ui/sheet-panel'))

/** A panel that slides in over one side of the page. */
export function Sheet(props: SheetProps) {
  return (
    <FromFirstUse isUsed={props.isOpen}>
      <SheetPanel {...props} />
    </FromFirstUse>
  )
}
