import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/api-error'
import { testModelService } from '@/api/model-service'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { serviceErrorOf } from '@/lib/models/model-service'
import type { ModelService } from '@/types/api'

interface ModelServiceItemProps {
  service: ModelService
  isBusy: boolean
  onEdit: () => void
  onRemove: () => void
}

/** A model service in the list: name, base URL and key, with a test whose result is shown below. */
export function ModelServiceItem({ service, isBusy, onEdit, onRemove }: ModelServiceItemProps) {
  const { t } = useTranslation()
  const test = useMutation({ mutationFn: testModelService })
  const key = service.key_end === '' ? t('modelService.keySet') : `…${service.key_end}`
  const isFixed = service.source === 'environment'
  return (
    <div className="flex flex-col gap-1 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <p className="min-w-0 font-medium break-words">{service.name}</p>
        <div className="-mr-2.5 flex flex-wrap">
          <Button
            aria-label={t('modelService.testOf', { name: service.name })}
            disabled={test.isPending || isBusy}
            onClick={() => test.mutate(service.id)}
          >
            {test.isPending ? t('modelService.testing') : t('modelService.test')}
          </Button>
          {!isFixed && (
            <>
              <Button aria-label={t('modelService.editOf', { name: service.name })} onClick={onEdit}>
                {t('modelService.edit')}
              </Button>
              <ConfirmButton
                label={t('modelService.removeOf', { name: service.name })}
                disabled={isBusy}
                onConfirm={onRemove}
              >
                {t('modelService.remove')}
              </ConfirmButton>
            </>
          )}
        </div>
      </div>
      <p className="break-all text-ink-2">
        {service.base_url}
        {' · '}
        {t('modelService.keyShown', { key: service.has_key ? key : t('modelService.keyNone') })}
      </p>
      {service.is_key_lost && (
        <p role="alert" className="text-danger">
          {t('modelService.keyLost')}
        </p>
      )}
      {test.isSuccess && (
        <p role="status" className="text-ink-2">
          {t('modelService.works', { count: test.data.models })}
        </p>
      )}
      {test.isError && (
        <p role="alert" className="text-danger">
          {errorText(test.error, t)}
        </p>
      )}
    </div>
  )
}

function errorText(error: Error, t: ReturnType<typeof useTranslation>['t']): string {
  const known = error instanceof ApiError ? serviceErrorOf(error.code) : null
  return known ? t(`errors.${known.code}`) : t('modelService.testFailed')
}
