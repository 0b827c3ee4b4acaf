import { ChevronDown } from 'lucide-react'
import { lazy, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { controlClass, Field } from '@/components/ui/field'
import { FromFirstUse } from '@/components/ui/from-first-use'
import { needsSearch, groupByService, disambiguatedName } from '@/lib/models/model-choice'
import type { Model } from '@/types/api'

const ModelDialog = lazy(() => import('@/components/models/model-dialog'))

interface DefaultModelProps {
  models: readonly Model[]
  /** Empty: the server's choice. */
  value: string
  onChange: (model: string) => void
}

/** The model of new conversations: a list, or with many models a button that opens the search. */
export function DefaultModel(props: DefaultModelProps) {
  return needsSearch(props.models) ? <ModelSearchButton {...props} /> : <ModelSelect {...props} />
}

function ModelSelect({ models, value, onChange }: DefaultModelProps) {
  const { t } = useTranslation()
  const isGone = value !== '' && !models.some(({ id }) => id === value)
  return (
    <Field label={t('settings.defaultModel')} hint={t('settings.defaultModelText')}>
      {(control) => (
        <select
          {...control}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={`${controlClass} h-11`}
        >
          <option value="">{t('settings.serverChoice')}</option>
          {isGone && <option value={value}>{value}</option>}
          {groupByService(models).map(([service, group], _, groups) =>
            groups.length > 1 ? (
              <optgroup key={service} label={service || t('models.builtIn')}>
                <Options models={group} />
              </optgroup>
            ) : (
              <Options key={service} models={group} />
            ),
          )}
        </select>
      )}
    </Field>
  )
}

function Options({ models }: { models: readonly Model[] }) {
  return models.map(({ id, name, available }) => (
    <option key={id} value={id} disabled={!available}>
      {name}
    </option>
  ))
}

function ModelSearchButton({ models, value, onChange }: DefaultModelProps) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const model = models.find(({ id }) => id === value)
  const name = model ? disambiguatedName(model, models) : value || t('settings.serverChoice')
  return (
    <Field label={t('settings.defaultModel')} hint={t('settings.defaultModelText')}>
      {(control) => (
        <>
          <button
            id={control.id}
            type="button"
            aria-describedby={control['aria-describedby']}
            aria-haspopup="dialog"
            aria-expanded={isOpen}
            aria-label={t('settings.defaultModelIs', { name })}
            onClick={() => setOpen(true)}
            className={`${controlClass} flex h-11 items-center justify-between gap-2 text-left`}
          >
            <span translate={value === '' ? undefined : 'no'} className="truncate">
              {name}
            </span>
            <ChevronDown aria-hidden className="size-4 shrink-0 text-ink-2" />
          </button>
          <FromFirstUse isUsed={isOpen}>
            <ModelDialog
              isOpen={isOpen}
              onClose={() => setOpen(false)}
              models={models}
              chosen={value}
              offersServerChoice
              onChoose={onChange}
            />
          </FromFirstUse>
        </>
      )}
    </Field>
  )
}
