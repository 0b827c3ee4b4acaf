import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { groupByService } from '@/lib/models/model-choice'
import { makeModelSearch } from '@/lib/models/model-search'
import { useRecentModels } from '@/stores/recent-models'
import type { Model } from '@/types/api'

export interface ListedModel {
  /** A model may be listed twice: among the recent ones, and with its service. */
  key: string
  id: string
  /** Null stands for the server's choice. */
  model: Model | null
  showsService: boolean
}

const SERVER_CHOICE: ListedModel = { key: 'server', id: '', model: null, showsService: false }

export interface ModelGroup {
  key: string
  /** Empty: none. */
  heading: string
  options: ListedModel[]
}

interface ModelGroupsOptions {
  models: readonly Model[]
  chosen: string
  offersServerChoice: boolean
  wanted: string
}

/** The models that match, by service, below the models in use and the last choices. */
export function useModelGroups({
  models,
  chosen,
  offersServerChoice,
  wanted,
}: ModelGroupsOptions): ModelGroup[] {
  const { t } = useTranslation()
  const find = useMemo(() => makeModelSearch(models), [models])
  const [recentIds] = useState(() => new Set([chosen, ...useRecentModels.getState().ids]))
  return useMemo(() => {
    const isFiltered = wanted.trim() !== ''
    const found = find(wanted)
    const recent = [...recentIds].flatMap((id) => found.find((model) => model.id === id) ?? [])
    const rest = isFiltered ? found.filter((model) => !recent.includes(model)) : found
    const services = groupByService(rest).map(([service, members]) => ({
      key: `service-${service}`,
      heading: service || t('models.builtIn'),
      options: members.map((model) => listed(model, false)),
    }))
    const groups: ModelGroup[] = [
      { key: 'server', heading: '', options: offersServerChoice && !isFiltered ? [SERVER_CHOICE] : [] },
      { key: 'recent', heading: t('models.recent'), options: recent.map((model) => listed(model, true)) },
      ...services,
    ]
    return groups.filter(({ options }) => options.length > 0)
  }, [find, wanted, recentIds, offersServerChoice, t])
}

function listed(model: Model, isRecent: boolean): ListedModel {
  return { key: `${isRecent ? 'recent' : 'all'}-${model.id}`, id: model.id, model, showsService: isRecent }
}
