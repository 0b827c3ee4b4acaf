import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { modelServiceQuery, removeModelService } from '@/api/model-service'
import { modelsQuery } from '@/api/models'
import { LoadState } from '@/components/settings/load-state'
import { ModelServiceForm } from '@/components/settings/model-service-form'
import { Button } from '@/components/ui/button'
import { useToasts } from '@/stores/toasts'
import type { ModelService } from '@/types/api'

/** Shows the model service in use; administrators can change it. */
export default function ModelSettings() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data: service, isError, refetch } = useQuery(modelServiceQuery)

  const changed = (now: ModelService, text: string) => {
    client.setQueryData(modelServiceQuery.queryKey, now)
    void client.invalidateQueries({ queryKey: modelsQuery.queryKey })
    useToasts.getState().show({ tone: 'plain', text })
  }
  const { mutate: remove, isPending: isRemoving } = useMutation({
    mutationFn: removeModelService,
    onSuccess: (now) => changed(now, t('modelService.removed')),
  })
  if (!service) return <LoadState isError={isError} onRetry={() => void refetch()} />
  return (
    <div className="flex flex-col gap-6 py-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <ServiceInUse service={service} />
        {service.source === 'screen' && (
          <Button variant="danger" disabled={isRemoving} onClick={() => remove()}>
            {t('modelService.remove')}
          </Button>
        )}
      </div>
      {service.source !== 'environment' && (
        <ModelServiceForm
          key={service.changed_at}
          service={service}
          onSaved={(now) => changed(now, t('modelService.saved'))}
        />
      )}
    </div>
  )
}

function ServiceInUse({ service }: { service: ModelService }) {
  const { t } = useTranslation()
  const key = service.key_end === '' ? t('modelService.keySet') : `…${service.key_end}`
  return (
    <div className="min-w-0 grow basis-60 text-sm">
      <p className="font-medium">{t(`modelService.source.${service.source}`)}</p>
      {service.source === 'none' ? (
        <p className="text-ink-2">{t('modelService.noneText')}</p>
      ) : (
        <p className="break-all text-ink-2">
          {service.base_url}
          {' · '}
          {t('modelService.keyShown', { key: service.has_key ? key : t('modelService.keyNone') })}
        </p>
      )}
      {service.source === 'environment' && (
        <p className="mt-2 text-ink-2">{t('modelService.environmentText')}</p>
      )}
      {service.is_key_lost && (
        <p role="alert" className="mt-2 text-danger">
          {t('modelService.keyLost')}
        </p>
      )}
    </div>
  )
}
