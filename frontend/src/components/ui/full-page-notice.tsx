import type { ReactNode } from 'react'

interface FullPageNoticeProps {
  title: string
  text?: string
  children?: ReactNode
}

/** A notice in the middle of an otherwise empty page. */
export function FullPageNotice({ title, text, children }: FullPageNoticeProps) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 px-6 text-center">
      <h1 className="text-lg font-semibold text-balance">{title}</h1>
      {text !== undefined && <p className="max-w-md text-pretty text-ink-2">{text}</p>}
      {children !== undefined && <div className="mt-2 flex gap-2">{children}</div>}
    </div>
  )
}
