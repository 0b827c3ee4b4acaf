import { lazy } from 'react'
import type { SheetProps } from '@/components/ui/sheet-panel'
import { FromFirstUse } from '@/components/ui/from-first-use'

const SheetPanel = lazy(() => import('@/components/ui/sheet-panel'))

/** A panel over the page, at one of its sides. */
export function Sheet(props: SheetProps) {
  return (
    <FromFirstUse isUsed={props.isOpen}>
      <SheetPanel {...props} />
    </FromFirstUse>
  )
}
