import { Plus, Trash2 } from 'lucide-react'
import { type Control, useFieldArray, type UseFormRegister } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { controlClass } from '@/components/ui/field'
import { IconButton } from '@/components/ui/icon-button'
import type { ServiceFields } from '@/lib/models/model-service'

interface ModelLimitsFieldsProps {
  control: Control<ServiceFields>
  register: UseFormRegister<ServiceFields>
  error: string | undefined
}

/** Rows for the limits of single models, which take precedence over the service's figures. */
export function ModelLimitsFields({ control, register, error }: ModelLimitsFieldsProps) {
  const { t } = useTranslation()
  const { fields, append, remove } = useFieldArray({ control, name: 'limits' })
  const columns = ['model', 'context_window', 'max_output'] as const
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{t('modelService.limits')}</legend>
      {fields.map((row, index) => (
        <div key={row.id} className="flex flex-wrap items-center gap-2">
          {columns.map((name) => (
            <input
              key={name}
              {...register(`limits.${index}.${name}`)}
              aria-label={t(`modelService.limit.${name}`)}
              placeholder={t(`modelService.limit.${name}`)}
              inputMode={name === 'model' ? 'text' : 'numeric'}
              autoComplete="off"
              spellCheck={false}
              className={`${controlClass} h-10 min-w-0 basis-24 ${name === 'model' ? 'grow-2' : 'grow'}`}
            />
          ))}
          <IconButton Icon={Trash2} label={t('modelService.limit.remove')} onClick={() => remove(index)} />
        </div>
      ))}
      <p className={error ? 'text-xs text-danger' : 'text-xs text-ink-3'} role={error ? 'alert' : undefined}>
        {error ?? t('modelService.limitsHint')}
      </p>
      <Button
        Icon={Plus}
        variant="outline"
        className="self-start"
        onClick={() => append({ model: '', context_window: '', max_output: '' })}
      >
        {t('modelService.limit.add')}
      </Button>
    </fieldset>
  )
}
