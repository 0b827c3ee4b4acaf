import { create } from 'zustand'

interface Palette {
  isOpen: boolean
  setOpen: (isOpen: boolean) => void
}

/** Whether the palette of search and commands is open. */
export const usePalette = create<Palette>()((set) => ({
  isOpen: false,
  setOpen: (isOpen) => set({ isOpen }),
}))
