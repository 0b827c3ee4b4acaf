import { useState } from 'react'
import { useLocation } from 'react-router'
import { useIsWide } from '@/hooks/use-media-query'
import { usePreferences } from '@/stores/preferences'

export interface SidebarState {
  /** Whether it is next to the page; otherwise it opens over the page. */
  isWide: boolean
  isOpen: boolean
  setOpen: (isOpen: boolean) => void
}

/** Beside the page the sidebar keeps its state; over the page it closes on navigation. */
export function useSidebar(): SidebarState {
  const isWide = useIsWide()
  const isSidebarOpen = usePreferences((state) => state.isSidebarOpen)
  const { key } = useLocation()
  const [openedAt, setOpenedAt] = useState<string | null>(null)
  if (isWide) {
    const setOpen = (isOpen: boolean) => usePreferences.setState({ isSidebarOpen: isOpen })
    return { isWide, isOpen: isSidebarOpen, setOpen }
  }
  return { isWide, isOpen: openedAt === key, setOpen: (isOpen) => setOpenedAt(isOpen ? key : null) }
}
