import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { meQuery } from '@/api/auth'
import { retiringModelsQuery, modelsQuery } from '@/api/models'
import { modelOf, replacementOf, retiresSoon } from '@/lib/models/model-choice'

const RetiredPanel = lazy(() => import('@/components/chat/composer/retired-panel'))

interface RetiredNoticeProps {
  /** Null means the server's default. */
  model: string | null
  /** Whether administrators also see which other models in use will be retired. */
  announcesOthers?: boolean
  onSwitch: (model: string) => void
}

/** Says that the service has retired the model, with a button to switch to its replacement. Warns administrators in advance. */
export function RetiredNotice({ model, announcesOthers = false, onSwitch }: RetiredNoticeProps) {
  const { data } = useQuery(modelsQuery)
  const { data: user } = useQuery(meQuery)
  const isAdministrator = user?.is_admin === true
  const { data: inUse } = useQuery({ ...retiringModelsQuery, enabled: isAdministrator })
  if (!data) return null
  const id = model ?? data.default
  const chosen = modelOf(model, data)
  const replacement = replacementOf(id, data)
  const isRetired = chosen ? chosen.missing === 'retired' : id !== '' && replacement !== undefined
  const day = chosen?.shutdown_date
  const isRetiring = isAdministrator && !!day && retiresSoon(day, new Date())
  const isAnnouncing = isAdministrator && (isRetiring || announcesOthers)
  const others = isAnnouncing ? (inUse?.models ?? []).filter((other) => other.id !== id) : []
  if (!isRetired && !isRetiring && others.length === 0) return null
  const ownState = isRetiring ? 'retiring' : 'others-retiring'
  return (
    <Suspense>
      <RetiredPanel
        name={chosen?.name ?? id}
        state={isRetired ? 'retired' : ownState}
        lastDay={day ?? ''}
        replacement={isRetired || isRetiring ? replacement : undefined}
        othersRetiring={others}
        onSwitch={onSwitch}
      />
    </Suspense>
  )
}
