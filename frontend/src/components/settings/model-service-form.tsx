import { useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { saveModelService } from '@/api/model-service'
import { FormProblem } from '@/components/auth/form-problem'
import { useServerForm } from '@/components/auth/use-server-form'
import { ModelLimitsFields } from '@/components/settings/model-limits-fields'
import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/field'
import {
  changeOf,
  fieldsOf,
  isSameService,
  SERVICE_URLS,
  type ServiceFields,
  serviceErrorOf,
  serviceSchema,
} from '@/lib/models/model-service'
import type { ModelService, ModelServiceList } from '@/types/api'

interface ModelServiceFormProps {
  /** Null for a new one. */
  service: ModelService | null
  onSaved: (services: ModelServiceList) => void
  onCancel: (() => void) | undefined
}

/** Form for a model service, which is tested before it is saved. */
export function ModelServiceForm({ service, onSaved, onCancel }: ModelServiceFormProps) {
  const { t } = useTranslation()
  const form = useServerForm({
    schema: serviceSchema,
    defaultValues: fieldsOf(service),
    send: async (given) =>
      onSaved(await saveModelService(service?.id ?? null, changeOf(given, keepsKey(given.base_url)))),
    findErrors: ({ code }) => {
      const known = serviceErrorOf(code)
      return known ? { [known.field]: known.code } : {}
    },
  })
  const { register, setValue, control, problem, isSubmitting, onSubmit } = form
  const baseUrl = useWatch({ control, name: 'base_url' })
  const keepsKey = (of: string) =>
    service !== null && service.has_key && !service.is_key_lost && isSameService(service.base_url, of)
  const errorOf = (name: keyof ServiceFields) => {
    const known = serviceErrorOf(form.formState.errors[name]?.message ?? '')
    return known ? t(`errors.${known.code}`) : form.errorOf(name)
  }
  const fieldOf = (name: Exclude<keyof ServiceFields, 'limits'>) => ({
    ...register(name),
    error: errorOf(name),
  })
  return (
    <form noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
      <FormProblem problem={problem} />
      <TextField
        label={t('modelService.name')}
        hint={t('modelService.nameHint')}
        {...fieldOf('name')}
        autoComplete="off"
      />
      <div>
        <TextField
          label={t('modelService.url')}
          hint={t('modelService.urlHint')}
          {...fieldOf('base_url')}
          type="url"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          placeholder={SERVICE_URLS[0].url}
        />
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
      <TextField
        label={t('modelService.key')}
        hint={t(keepsKey(baseUrl) ? 'modelService.keyHintKept' : 'modelService.keyHint')}
        {...fieldOf('api_key')}
        type="password"
        // Otherwise browsers offer the user's own password.
        autoComplete="new-password"
      />
      <TextField
        label={t('modelService.models')}
        hint={t('modelService.modelsHint')}
        {...fieldOf('models')}
        autoComplete="off"
        spellCheck={false}
      />
      <ModelLimitsFields control={control} register={register} error={errorOf('limits')} />
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
