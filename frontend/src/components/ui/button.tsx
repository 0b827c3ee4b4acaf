import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'

interface ButtonProps extends ComponentProps<'button'> {
  /** Before the text. */
  Icon?: LucideIcon
  variant?: 'primary' | 'quiet' | 'outline' | 'danger'
  size?: 'sm' | 'md'
}

const VARIANTS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  quiet: 'text-ink-2 hover:bg-hover hover:text-ink active:bg-pressed',
  outline: 'border border-line-strong text-ink hover:bg-hover active:bg-pressed',
  danger: 'text-danger hover:bg-danger-soft',
}

const SIZES = {
  sm: 'h-8 gap-1.5 rounded-lg px-2.5 text-sm',
  md: 'h-10 gap-2 rounded-lg px-4 text-sm',
}

export function Button({ Icon, variant = 'quiet', size = 'sm', className, children, ...props }: ButtonProps) {
  return (
    <button
      type="button"
      className={clsx(
        'inline-flex shrink-0 items-center justify-center font-medium whitespace-nowrap transition-colors',
        'disabled:pointer-events-none disabled:opacity-50',
        VARIANTS[variant],
        SIZES[size],
        className,
      )}
      {...props}
    >
      {Icon && <Icon aria-hidden className={size === 'sm' ? 'size-3.5' : 'size-4'} />}
      {children}
    </button>
  )
}
