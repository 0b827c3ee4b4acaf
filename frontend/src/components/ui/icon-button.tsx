import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'title' | 'children'> {
  Icon: LucideIcon
  /** The accessible name, also shown as a tooltip. */
  label: string
  size?: 'sm' | 'md'
}

const SIZES = {
  sm: 'size-7 rounded-md [&_svg]:size-4 touch:size-9',
  md: 'size-9 rounded-lg [&_svg]:size-[18px] touch:size-10',
}

export function IconButton({ Icon, label, size = 'md', className, ...props }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center text-ink-2 transition-colors',
        'hover:bg-hover hover:text-ink active:bg-pressed data-[state=open]:bg-hover',
        'disabled:pointer-events-none disabled:opacity-40',
        SIZES[size],
        className,
      )}
      {...props}
    >
      <Icon aria-hidden />
    </button>
  )
}
