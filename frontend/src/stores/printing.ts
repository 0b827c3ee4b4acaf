/** Printing state: while the page is printed, the whole conversation is drawn, including messages far from the view. */
import { flushSync } from 'react-dom'
import { create } from 'zustand'

interface Printing {
  isPrinting: boolean
  /** The conversation that the user has asked to print; null when there is none. */
  wantedId: string | null
}

export const usePrinting = create<Printing>()(() => ({ isPrinting: false, wantedId: null }))

// The browser lays out the paper right after the event.
window.addEventListener('beforeprint', () => flushSync(() => usePrinting.setState({ isPrinting: true })))
window.addEventListener('afterprint', () => usePrinting.setState({ isPrinting: false }))
