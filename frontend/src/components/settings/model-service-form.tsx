import { zodResolver } from '@hookform/resolvers/zod'
import { useForm, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { z } from '@/lib/schema'
import { ApiError } from '@/api/api-error'
import { setModelService } from '@/api/model-service'
import { FormProblem, useFormProblem } from '@/components/auth/form-problem'
import { Button } from '@/components/ui/button'
import { controlClass, Field } from '@/components/ui/field'
import { type FieldError, fieldErrorsOf } from '@/lib/field-errors'
import { isSameService, SERVICE_ADDRESSES, type ServiceFault, serviceFaultOf } from '@/lib/model-service'
import type { ModelService } from '@/types/api'

const REQUIRED: FieldError = 'required'

const schema = z.object({
  base_url: z.string().check(z.trim(), z.minLength(1, REQUIRED)),
  api_key: z.string().check(z.trim()),
  models: z.string(),
})

type Fields = z.infer<typeof schema>

const FIELDS = ['base_url', 'api_key', 'models'] as const

interface ModelServiceFormProps {
  service: ModelService
  onSaved: (service: ModelService) => void
}

/** Form for the address and key of a model service, which is tested before it is saved. */
export function ModelServiceForm({ service, onSaved }: ModelServiceFormProps) {
  const { t } = useTranslation()
  const {
    register,
    handleSubmit,
    formState,
    setError,
    setValue,
    control: fields,
  } = useForm<Fields>({
    resolver: zodResolver(schema),
    defaultValues: { base_url: service.base_url, api_key: '', models: service.models.join(', ') },
  })
  const { problem, show, clear } = useFormProblem()
  const address = useWatch({ control: fields, name: 'base_url' })
  const { isSubmitting } = formState
  const keepsKey = (of: string) =>
    service.has_key && !service.is_key_lost && isSameService(service.base_url, of)
  const errorOf = (name: keyof Fields) => {
    const fault = formState.errors[name]?.message as FieldError | ServiceFault | undefined
    if (fault === undefined) return undefined
    return fault.startsWith('MODEL_')
      ? t(`errors.${fault as ServiceFault}`)
      : t(`fields.${fault as FieldError}`)
  }

  const submit = handleSubmit(async ({ base_url, api_key, models }) => {
    clear()
    try {
      onSaved(
        await setModelService({
          base_url,
          models: models.split(/[\s,]+/).filter((name) => name !== ''),
          ...(!(api_key === '' && keepsKey(base_url)) && { api_key }),
        }),
      )
    } catch (error) {
      const fault = error instanceof ApiError ? serviceFaultOf(error.code) : null
      const details = error instanceof ApiError ? Object.entries(fieldErrorsOf(error.detail, FIELDS)) : []
      if (fault) setError(fault.field, { message: fault.code })
      for (const [field, message] of details) setError(field as keyof Fields, { message })
      if (!fault && details.length === 0) show(error)
    }
  })
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <FormProblem problem={problem} />
      <div>
        <Field
          label={t('modelService.address')}
          hint={t('modelService.addressHint')}
          error={errorOf('base_url')}
        >
          {(control) => (
            <input
              {...control}
              {...register('base_url')}
              type="url"
              inputMode="url"
              autoComplete="off"
              spellCheck={false}
              placeholder={SERVICE_ADDRESSES[0].address}
              className={`${controlClass} h-11`}
            />
          )}
        </Field>
        <ul aria-label={t('modelService.examples')} className="mt-2 flex flex-wrap gap-1.5">
          {SERVICE_ADDRESSES.map(({ name, address }) => (
            <li key={name}>
              <button
                type="button"
                onClick={() => setValue('base_url', address, { shouldDirty: true })}
                className="rounded-full border border-line-strong px-2.5 py-0.5 text-xs text-ink-2 transition-colors hover:bg-hover hover:text-ink touch:py-1.5"
              >
                {name}
              </button>
            </li>
          ))}
        </ul>
      </div>
      <Field
        label={t('modelService.key')}
        hint={t(keepsKey(address) ? 'modelService.keyHintKept' : 'modelService.keyHint')}
        error={errorOf('api_key')}
      >
        {(control) => (
          <input
            {...control}
            {...register('api_key')}
            type="password"
            // Otherwise browsers offer the user's own password.
            autoComplete="new-password"
            className={`${controlClass} h-11`}
          />
        )}
      </Field>
      <Field label={t('modelService.models')} hint={t('modelService.modelsHint')} error={errorOf('models')}>
        {(control) => (
          <input
            {...control}
            {...register('models')}
            autoComplete="off"
            spellCheck={false}
            className={`${controlClass} h-11`}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" size="md" disabled={isSubmitting} className="self-start">
        {isSubmitting ? t('modelService.trying') : t('modelService.save')}
      </Button>
    </form>
  )
}
