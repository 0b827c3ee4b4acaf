import { type RefObject, useEffect, useRef } from 'react'

/** A ref of an option that is scrolled into view while it is the active one of its list. */
export function useScrolledIntoView(isActive: boolean): RefObject<HTMLDivElement | null> {
  const option = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isActive) option.current?.scrollIntoView({ block: 'nearest' })
  }, [isActive])
  return option
}
