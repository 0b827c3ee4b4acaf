import { createContext } from 'react'

/** The landmark or dialog that menus are put into, so that they are part of it; null: the page's body. */
export const PortalPlace = createContext<HTMLElement | null>(null)
