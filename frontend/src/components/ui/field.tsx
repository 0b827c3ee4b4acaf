import { clsx } from 'clsx'
import { type ComponentProps, type ReactNode, useId } from 'react'

interface ControlProps {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean
}

export interface FieldTexts {
  label: string
  hint?: string | undefined
  error?: string | undefined
}

interface FieldProps extends FieldTexts {
  /** Renders the control with the attributes that link it to its label and texts. */
  children: (control: ControlProps) => ReactNode
}

export const controlClass = clsx(
  'w-full rounded-lg border border-line-strong bg-raised px-3 text-base text-ink transition-colors',
  'hover:border-ink-3 focus-visible:border-accent focus-visible:outline-offset-0',
  'aria-invalid:border-danger',
)

/** A control with its label above and its hint or error below. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const text = error ?? hint
  const textId = `${id}-text`
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium text-ink">
        {label}
      </label>
      {children({ id, 'aria-describedby': text ? textId : undefined, 'aria-invalid': error !== undefined })}
      {text && (
        <p
          id={textId}
          className={clsx('text-xs', error ? 'text-danger' : 'text-ink-3')}
          role={error ? 'alert' : undefined}
        >
          {text}
        </p>
      )}
    </div>
  )
}

export function TextField({ label, hint, error, ...props }: FieldTexts & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => <input {...control} {...props} className={`${controlClass} h-11`} />}
    </Field>
  )
}

/** A field for several lines of text. */
export function TextArea({ label, hint, error, ...props }: FieldTexts & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <textarea dir="auto" {...control} {...props} className={`${controlClass} resize-y py-2`} />
      )}
    </Field>
  )
}
