import type { ReactNode, SyntheticEvent } from 'react'
import type { FieldValues, UseFormReturn } from 'react-hook-form'
import { takeFilledFields } from '@/components/auth/filled-fields'
import { type Problem, FormProblem } from '@/components/auth/form-problem'
import { Button } from '@/components/ui/button'

interface AccountFormProps<F extends FieldValues> {
  form: Pick<UseFormReturn<F>, 'getValues' | 'setValue'>
  isSubmitting: boolean
  /** The server's error about the whole form. */
  problem: Problem | null
  onSubmit: (event: SyntheticEvent) => Promise<void>
  /** The label of the button. */
  submitLabel: string
  children: ReactNode
}

/** A form of the pages before signing in: the error above its fields, the button below. */
export function AccountForm<F extends FieldValues>(props: AccountFormProps<F>) {
  const { form, isSubmitting, problem, onSubmit, submitLabel, children } = props
  return (
    <form
      noValidate
      onSubmit={(event) => {
        takeFilledFields(event.currentTarget, form)
        void onSubmit(event)
      }}
      className="flex flex-col gap-4"
    >
      <FormProblem problem={problem} />
      {children}
      <Button type="submit" variant="primary" size="md" disabled={isSubmitting} className="mt-2 h-11">
        {submitLabel}
      </Button>
    </form>
  )
}
