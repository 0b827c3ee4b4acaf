import { createContext } from 'react'

/** The landmark or dialog that contains the portals of menus; null means the page's body. */
export const PortalContainer = createContext<HTMLElement | null>(null)
