import { Search } from 'lucide-react'
import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'

/** The text field at the top of the palette. */
export function PaletteField(props: ComponentProps<'input'>) {
  const { t } = useTranslation()
  return (
    <div className="flex h-14 shrink-0 items-center gap-3 border-b border-line pr-12 pl-4 md:pr-4">
      <Search aria-hidden className="size-5 shrink-0 text-ink-3" />
      <input
        dir="auto"
        aria-label={t('palette.label')}
        placeholder={t('palette.placeholder')}
        spellCheck={false}
        autoComplete="off"
        className="h-full min-w-0 grow bg-transparent text-base outline-none"
        {...props}
      />
    </div>
  )
}
