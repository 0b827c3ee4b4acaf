import { clsx } from 'clsx'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { checkLength } from '@/lib/text/text-length'

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

interface LimitedFieldTexts extends FieldTexts {
  /** In characters. A longer text stays in the field, with a message: the browser would cut it silently. */
  limit?: number | undefined
}

type Limited<Props> = LimitedFieldTexts & Omit<Props, 'maxLength'>

export function TextField({ label, hint, error, limit, ...props }: Limited<ComponentProps<'input'>>) {
  return (
    <Field label={label} {...useLengthTexts({ hint, error, limit }, props.value)}>
      {(control) => <input {...control} {...props} className={`${controlClass} h-11`} />}
    </Field>
  )
}

/** A field for several lines of text. */
export function TextArea({ label, hint, error, limit, ...props }: Limited<ComponentProps<'textarea'>>) {
  return (
    <Field label={label} {...useLengthTexts({ hint, error, limit }, props.value)}>
      {(control) => (
        <textarea dir="auto" {...control} {...props} className={`${controlClass} resize-y py-2`} />
      )}
    </Field>
  )
}

/** The texts below a field: near the limit, the number of characters left; over it, how many are too many. */
function useLengthTexts(
  { hint, error, limit }: Omit<LimitedFieldTexts, 'label'>,
  value: ComponentProps<'input'>['value'],
): Pick<FieldTexts, 'hint' | 'error'> {
  const { t } = useTranslation()
  const { left, over } = checkLength(typeof value === 'string' ? value : '', limit)
  return {
    hint: left === null ? hint : t('app.remaining', { count: left }),
    error: over > 0 ? t('app.tooLong', { count: over }) : error,
  }
}
