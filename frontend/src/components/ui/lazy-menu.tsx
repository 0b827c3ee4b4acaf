import { type ReactNode, useState } from 'react'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, MenuContent, MenuTrigger } from '@/components/ui/menu'

interface LazyMenuProps {
  label: string
  icon: ReactNode
  disabled?: boolean
  /** The id of text in the menu that is not a menu item. */
  describedBy?: string
  /** The menu's content, rendered only while the menu is open. */
  children: ReactNode
}

/** A small button with a menu. It costs no more than a button until it is used: a page may hold a thousand. */
export function LazyMenu({ label, icon, disabled = false, describedBy, children }: LazyMenuProps) {
  const [isUsed, setIsUsed] = useState(false)
  if (!isUsed) {
    return (
      <IconButton
        size="sm"
        label={label}
        aria-haspopup="menu"
        disabled={disabled}
        onClick={() => setIsUsed(true)}
      >
        {icon}
      </IconButton>
    )
  }
  return (
    <Menu defaultOpen>
      <MenuTrigger asChild disabled={disabled}>
        <IconButton size="sm" label={label}>
          {icon}
        </IconButton>
      </MenuTrigger>
      <MenuContent align="start" aria-describedby={describedBy}>
        {children}
      </MenuContent>
    </Menu>
  )
}
