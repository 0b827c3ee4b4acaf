import { clsx } from 'clsx'
import { Check, ChevronRight, type LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import {
  type ComponentProps,
  createContext,
  type ReactNode,
  type RefObject,
  use,
  useCallback,
  useId,
} from 'react'
import { registerMenu } from '@/components/ui/open-menus'
import { PortalContainer } from '@/components/ui/portal-container'

/** The button that opens the surrounding menu. */
export const MenuOpener = createContext<RefObject<HTMLButtonElement | null>>({ current: null })

export const MenuRadioGroup = DropdownMenu.RadioGroup

const ITEM = clsx(
  'flex min-h-9 items-center gap-2.5 rounded-md px-2.5 py-1 text-sm text-ink outline-none select-none touch:min-h-11',
  'data-[disabled]:text-ink-3 data-[highlighted]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-2',
)

export const MENU_CONTENT = clsx(
  'z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-xl',
  'animate-pop border border-line bg-raised p-1 shadow-overlay',
)

interface MenuItemProps extends Omit<ComponentProps<typeof DropdownMenu.Item>, 'children'> {
  Icon?: LucideIcon
  text: string
  tone?: 'plain' | 'danger'
}

export function MenuItem({ Icon, text, tone = 'plain', ...props }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      className={clsx(
        ITEM,
        tone === 'danger' && 'text-danger! data-[highlighted]:bg-danger-soft [&_svg]:text-danger!',
      )}
      {...props}
    >
      {Icon && <Icon aria-hidden />}
      {text}
    </DropdownMenu.Item>
  )
}

interface SubMenuProps {
  Icon: LucideIcon
  text: string
  disabled: boolean
  children: ReactNode
}

export function SubMenu({ Icon, text, disabled, children }: SubMenuProps) {
  const opener = use(MenuOpener)
  const registerWhileOpen = useCallback(
    (menu: HTMLElement | null) => (menu ? registerMenu(menu, opener) : undefined),
    [opener],
  )
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger disabled={disabled} className={clsx(ITEM, 'data-[state=open]:bg-hover')}>
        <Icon aria-hidden />
        {text}
        <ChevronRight aria-hidden className="ml-auto" />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal container={use(PortalContainer)}>
        <DropdownMenu.SubContent
          ref={registerWhileOpen}
          sideOffset={4}
          collisionPadding={10}
          className={MENU_CONTENT}
        >
          {children}
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  )
}

/** Items under a heading, which names their group; without a `label`, there is none. */
export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  const heading = useId()
  return (
    <DropdownMenu.Group aria-labelledby={label ? heading : undefined}>
      {label && (
        <DropdownMenu.Label id={heading} className="px-2.5 pt-2 pb-1 text-xs font-medium text-ink-3">
          {label}
        </DropdownMenu.Label>
      )}
      {children}
    </DropdownMenu.Group>
  )
}

export function MenuRadioItem({ children, ...props }: ComponentProps<typeof DropdownMenu.RadioItem>) {
  return (
    <DropdownMenu.RadioItem className={clsx(ITEM, 'justify-between')} {...props}>
      <span className="flex min-w-0 items-center gap-2.5">{children}</span>
      <DropdownMenu.ItemIndicator>
        <Check aria-hidden className="text-accent!" />
      </DropdownMenu.ItemIndicator>
    </DropdownMenu.RadioItem>
  )
}

export function MenuLabel(props: ComponentProps<typeof DropdownMenu.Label>) {
  return <DropdownMenu.Label className="px-2.5 pt-2 pb-1 text-xs text-ink-3" {...props} />
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="mx-1 my-1 h-px bg-line" />
}
