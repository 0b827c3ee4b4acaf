import { clsx } from 'clsx'
import { RadioGroup } from 'radix-ui'
import type { ReactNode } from 'react'

interface ChoiceProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; text: ReactNode; lang?: string }[]
  onChange: (value: T) => void
}

/** A choice between a few options, side by side. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next as T)}
      className="inline-flex max-w-full flex-wrap gap-0.5 rounded-lg bg-sunken p-0.5"
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          lang={option.lang}
          className={clsx(
            'flex min-h-8 items-center gap-1.5 rounded-md px-3 text-sm text-ink-2 transition-colors touch:min-h-10',
            'hover:text-ink data-[state=checked]:bg-raised data-[state=checked]:text-ink data-[state=checked]:shadow-raised dark:data-[state=checked]:bg-pressed',
            '[&_svg]:size-4 [&_svg]:shrink-0',
          )}
        >
          {option.text}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
