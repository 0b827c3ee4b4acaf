import { clsx } from 'clsx'

interface SpinnerProps {
  label: string
  className?: string
}

export function Spinner({ label, className }: SpinnerProps) {
  return (
    <span role="status" className={clsx('inline-flex', className)}>
      <span
        className="size-5 animate-spin rounded-full border-2 border-line-strong border-t-accent"
        aria-hidden
      />
      <span className="sr-only">{label}</span>
    </span>
  )
}
