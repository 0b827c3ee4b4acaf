import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { modelServicesQuery, removeModelService } from '@/api/model-service'
import { modelsQuery } from '@/api/models'
import { RetiringModels } from '@/components/settings/retiring-models'
import { LoadState } from '@/components/ui/load-state'
import { ModelServiceForm } from '@/components/settings/model-service-form'
import { ModelServiceItem } from '@/components/settings/model-service-item'
import { Button } from '@/components/ui/button'
import { showToast } from '@/stores/toasts'
import type { ModelServiceList } from '@/types/api'

/** Shows the model services in use; administrators add, change, test and remove them. */
export default function ModelSettings() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data, isError, refetch } = useQuery(modelServicesQuery)
  const [edited, setEdited] = useState<number | 'new' | null>(null)

  const changed = (now: ModelServiceList, text: string) => {
    client.setQueryData(modelServicesQuery.queryKey, now)
    void client.invalidateQueries({ queryKey: modelsQuery.queryKey })
    showToast(text)
    setEdited(null)
  }
  const { mutate: remove, isPending: isRemoving } = useMutation({
    mutationFn: removeModelService,
    onSuccess: (now) => changed(now, t('modelService.removed')),
  })
  if (!data) return <LoadState isError={isError} onRetry={() => void refetch()} />
  const { source, services } = data
  const saved = (now: ModelServiceList) => changed(now, t('modelService.saved'))
  const cancel = services.length === 0 ? undefined : () => setEdited(null)
  return (
    <div className="flex flex-col gap-4 py-4">
      <div className="text-sm">
        <h3 className="font-medium">{t(`modelService.source.${source}`)}</h3>
        {source === 'none' && <p className="text-ink-2">{t('modelService.noneText')}</p>}
        {source === 'environment' && <p className="text-ink-2">{t('modelService.environmentText')}</p>}
      </div>
      <RetiringModels />
      {services.length > 0 && (
        <ul className="flex flex-col">
          {services.map((service) => (
            <li key={service.id} className="border-t border-line py-3">
              <ModelServiceItem
                service={service}
                isBusy={isRemoving}
                onEdit={() => setEdited(edited === service.id ? null : service.id)}
                onRemove={() => remove(service.id)}
              />
              {edited === service.id && (
                <div className="pt-4">
                  <ModelServiceForm service={service} onSaved={saved} onCancel={cancel} />
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {source !== 'environment' &&
        (edited === 'new' || services.length === 0 ? (
          <ModelServiceForm service={null} onSaved={saved} onCancel={cancel} />
        ) : (
          <Button variant="outline" size="md" onClick={() => setEdited('new')} className="self-start">
            {t('modelService.add')}
          </Button>
        ))}
    </div>
  )
}
