import { clsx } from 'clsx'
import { DropdownMenu } from 'radix-ui'
import { type ComponentProps, use, useCallback, useRef } from 'react'
import type { MenuState } from '@/components/ui/menu'
import { MENU_CONTENT, MenuOpener } from '@/components/ui/menu-items'
import { registerMenu } from '@/components/ui/open-menus'
import { PortalContainer } from '@/components/ui/portal-container'

type MenuPanelProps = MenuState & ComponentProps<typeof DropdownMenu.Content>

/**
 * The open menu of `Menu` with its button, in a separate chunk. The page around it stays readable and reachable; a
 * click there closes the menu.
 */
export default function MenuPanel({ button, isOpenedByKey, className, ...props }: MenuPanelProps) {
  const opener = useRef<HTMLButtonElement>(null)
  const focusesFirst = useRef(isOpenedByKey)
  const registerWhileOpen = useCallback((menu: HTMLElement | null) => {
    if (!menu) return undefined
    // Radix does this only for keys that are pressed after it is loaded.
    if (focusesFirst.current) firstItem(menu)?.focus({ preventScroll: true })
    focusesFirst.current = false
    return registerMenu(menu, opener)
  }, [])
  return (
    <MenuOpener value={opener}>
      <DropdownMenu.Root modal={false} defaultOpen>
        <DropdownMenu.Trigger asChild ref={opener}>
          {button}
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal container={use(PortalContainer)}>
          <DropdownMenu.Content
            ref={registerWhileOpen}
            sideOffset={6}
            collisionPadding={10}
            className={clsx(MENU_CONTENT, className)}
            {...props}
          />
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </MenuOpener>
  )
}

function firstItem(menu: HTMLElement): HTMLElement | null {
  return menu.querySelector<HTMLElement>('[role^="menuitem"]:not([data-disabled])')
}
