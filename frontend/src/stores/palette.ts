import { create } from 'zustand'

interface Palette {
  isOpen: boolean
  /** The text that was typed before the code of the palette had arrived. */
  early: string
  /** The element that had the focus before. */
  opener: HTMLElement | null
  setOpen: (isOpen: boolean) => void
}

/** Whether the palette of search and commands is open. */
export const usePalette = create<Palette>()((set) => ({
  isOpen: false,
  early: '',
  opener: null,
  setOpen: (isOpen) =>
    set((state) =>
      state.isOpen === isOpen
        ? state
        : {
            isOpen,
            early: '',
            opener: isOpen ? (document.activeElement as HTMLElement | null) : state.opener,
          },
    ),
}))
