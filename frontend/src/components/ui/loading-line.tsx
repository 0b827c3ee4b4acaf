import { clsx } from 'clsx'

interface LoadingLineProps {
  text: string
  className?: string
}

/** Says that something is loading. */
export function LoadingLine({ text, className }: LoadingLineProps) {
  return (
    <p role="status" className={clsx('shimmer-text w-fit animate-shimmer text-sm', className)}>
      {text}
    </p>
  )
}
