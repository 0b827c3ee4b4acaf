import { zodResolver } from '@hookform/resolvers/zod'
import type { SyntheticEvent } from 'react'
import {
  type DefaultValues,
  type FieldValues,
  type Path,
  type PathValue,
  type Resolver,
  useForm,
} from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/api-error'
import { useFormProblem } from '@/components/auth/form-problem'
import { useLimits } from '@/hooks/use-limits'
import { type FieldError, fieldErrorsOf } from '@/lib/account/field-errors'
import type { z } from '@/lib/schema'

interface ServerFormOptions<F extends FieldValues> {
  schema: z.ZodMiniType<F, F>
  defaultValues: DefaultValues<F>
  /** Passes the values to the server. */
  send: (values: F) => Promise<void>
  /** Errors of fields, in addition to the errors that the server reports by field name. */
  findErrors?: (error: ApiError) => Partial<Record<Path<F>, string | undefined>>
  /** The error codes with another text in this form. */
  codes?: Record<string, string>
}

export type ServerForm<F extends FieldValues> = ReturnType<typeof useServerForm<F>>

/** A form that the server checks too: its errors are shown at their fields, or else above the form. */
export function useServerForm<F extends FieldValues>({
  schema,
  defaultValues,
  send,
  findErrors = () => ({}),
  codes,
}: ServerFormOptions<F>) {
  const { t } = useTranslation()
  const limits = useLimits()
  const { problem, showProblem, clearProblem } = useFormProblem()
  const form = useForm<F>({ resolver: zodResolver(schema) as Resolver<F>, defaultValues })
  const { formState, getValues, handleSubmit, register, setError, setValue } = form
  const names = () => Object.keys(getValues()) as Path<F>[]

  const errorsOf = (error: ApiError) =>
    [...Object.entries(fieldErrorsOf(error.detail, names())), ...Object.entries(findErrors(error))].filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    )
  const submit = handleSubmit(async (values) => {
    clearProblem()
    try {
      await send(values)
    } catch (error) {
      const errors = error instanceof ApiError ? errorsOf(error) : []
      for (const [name, message] of errors) setError(name as Path<F>, { message })
      if (errors.length === 0) showProblem(error, codes)
    }
  })
  const errorOf = (name: keyof F & string) => {
    const key = formState.errors[name]?.message as FieldError | undefined
    return key && t(`fields.${key}`, { ...limits })
  }
  return {
    ...form,
    problem,
    isSubmitting: formState.isSubmitting,
    errorOf,
    /** The properties of the field with this name. */
    fieldOf: (name: Path<F> & keyof F) => ({ ...register(name), error: errorOf(name) }),
    onSubmit: (event: SyntheticEvent<HTMLFormElement>) => {
      // Some password managers fill fields without an event that the form receives.
      for (const name of names()) {
        const field = event.currentTarget.elements.namedItem(name)
        if (field instanceof HTMLInputElement && field.value !== getValues(name))
          setValue(name, field.value as PathValue<F, Path<F>>)
      }
      void submit(event)
    },
  }
}
