import { zodResolver } from '@hookform/resolvers/zod'
import { useForm, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { z } from '@/lib/schema'
import { ApiError } from '@/api/api-error'
import { saveModelService } from '@/api/model-service'
import { FormProblem, useFormProblem } from '@/components/auth/form-problem'
import { ModelLimitsFields } from '@/components/settings/model-limits-fields'
import { Button } from '@/components/ui/button'
import { controlClass, Field } from '@/components/ui/field'
import { type FieldError, fieldErrorsOf } from '@/lib/field-errors'
import {
  changeOf,
  fieldsOf,
  isSameService,
  SERVICE_URLS,
  type ServiceFault,
  type ServiceFields,
  serviceFaultOf,
} from '@/lib/model-service'
import type { ModelService, ModelServiceList } from '@/types/api'

const REQUIRED: FieldError = 'required'

const schema = z.object({
  name: z.string().check(z.trim()),
  base_url: z.string().check(z.trim(), z.minLength(1, REQUIRED)),
  api_key: z.string().check(z.trim()),
  models: z.string(),
  limits: z.array(z.object({ model: z.string(), context_window: z.string(), max_output: z.string() })),
})

const FIELDS = ['name', 'base_url', 'api_key', 'models', 'limits'] as const

interface ModelServiceFormProps {
  /** Null for a new one. */
  service: ModelService | null
  onSaved: (services: ModelServiceList) => void
  onCancel: (() => void) | undefined
}

/** Form for a model service, which is tested before it is saved. */
export function ModelServiceForm({ service, onSaved, onCancel }: ModelServiceFormProps) {
  const { t } = useTranslation()
  const {
    register,
    handleSubmit,
    formState,
    setError,
    setValue,
    control: fields,
  } = useForm<ServiceFields>({ resolver: zodResolver(schema), defaultValues: fieldsOf(service) })
  const { problem, show, clear } = useFormProblem()
  const baseUrl = useWatch({ control: fields, name: 'base_url' })
  const { isSubmitting } = formState
  const keepsKey = (of: string) =>
    service !== null && service.has_key && !service.is_key_lost && isSameService(service.base_url, of)
  const errorOf = (name: keyof ServiceFields) => {
    const fault = formState.errors[name]?.message as FieldError | ServiceFault | undefined
    if (fault === undefined) return undefined
    return fault.startsWith('MODEL_')
      ? t(`errors.${fault as ServiceFault}`)
      : t(`fields.${fault as FieldError}`)
  }

  const submit = handleSubmit(async (given) => {
    clear()
    try {
      onSaved(await saveModelService(service?.id ?? null, changeOf(given, keepsKey(given.base_url))))
    } catch (error) {
      const fault = error instanceof ApiError ? serviceFaultOf(error.code) : null
      const details = error instanceof ApiError ? Object.entries(fieldErrorsOf(error.detail, FIELDS)) : []
      if (fault) setError(fault.field, { message: fault.code })
      for (const [field, message] of details) setError(field as keyof ServiceFields, { message })
      if (!fault && details.length === 0) show(error)
    }
  })
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <FormProblem problem={problem} />
      <Field label={t('modelService.name')} hint={t('modelService.nameHint')} error={errorOf('name')}>
        {(control) => (
          <input {...control} {...register('name')} autoComplete="off" className={`${controlClass} h-11`} />
        )}
      </Field>
      <div>
        <Field label={t('modelService.url')} hint={t('modelService.urlHint')} error={errorOf('base_url')}>
          {(control) => (
            <input
              {...control}
              {...register('base_url')}
              type="url"
              inputMode="url"
              autoComplete="off"
              spellCheck={false}
              placeholder={SERVICE_URLS[0].url}
              className={`${controlClass} h-11`}
            />
          )}
        </Field>
        <ul aria-label={t('modelService.examples')} className="mt-2 flex flex-wrap gap-1.5">
          {SERVICE_URLS.map(({ name, url }) => (
            <li key={name}>
              <button
                type="button"
                onClick={() => setValue('base_url', url, { shouldDirty: true })}
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
        hint={t(keepsKey(baseUrl) ? 'modelService.keyHintKept' : 'modelService.keyHint')}
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
      <ModelLimitsFields control={fields} register={register} error={errorOf('limits')} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" size="md" disabled={isSubmitting}>
          {isSubmitting ? t('modelService.testing') : t('modelService.save')}
        </Button>
        {onCancel && (
          <Button size="md" onClick={onCancel}>
            {t('modelService.cancel')}
          </Button>
        )}
      </div>
    </form>
  )
}
