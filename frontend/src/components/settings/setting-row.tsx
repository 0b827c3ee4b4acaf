import type { ReactNode } from 'react'

interface SettingRowProps {
  title: string
  text?: string
  /** The control, which has its own accessible name. */
  children: ReactNode
}

/** A setting with its control next to it, or below it on narrow screens. */
export function SettingRow({ title, text, children }: SettingRowProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line py-4 last:border-none">
      <div className="min-w-40 grow basis-0">
        <p className="text-sm font-medium">{title}</p>
        {text !== undefined && <p className="text-xs text-pretty text-ink-3">{text}</p>}
      </div>
      {children}
    </div>
  )
}
