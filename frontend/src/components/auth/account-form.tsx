import type { ReactNode } from 'react'
import type { FieldValues } from 'react-hook-form'
import { FormProblem } from '@/components/auth/form-problem'
import type { ServerForm } from '@/components/auth/use-server-form'
import { Button } from '@/components/ui/button'

interface AccountFormProps<F extends FieldValues> {
  form: Pick<ServerForm<F>, 'problem' | 'isSubmitting' | 'onSubmit'>
  /** The label of the button. */
  submitLabel: string
  children: ReactNode
}

/** A form of the pages before signing in: the error above its fields, the button below. */
export function AccountForm<F extends FieldValues>({ form, submitLabel, children }: AccountFormProps<F>) {
  return (
    <form noValidate onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <FormProblem problem={form.problem} />
      {children}
      <Button type="submit" variant="primary" size="md" disabled={form.isSubmitting} className="mt-2 h-11">
        {submitLabel}
      </Button>
    </form>
  )
}
