import { createContext, use } from 'react'
import type { SidebarState } from '@/hooks/use-sidebar'

export const SidebarContext = createContext<SidebarState | null>(null)

export function useSidebarState(): SidebarState {
  const value = use(SidebarContext)
  if (!value) throw new Error('useSidebarState needs a SidebarContext around it.')
  return value
}
