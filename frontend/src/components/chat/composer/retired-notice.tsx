import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { meQuery } from '@/api/auth'
import { modelsQuery } from '@/api/models'
import { endingSoon, endsSoon, replacementOf } from '@/lib/model-choice'

const RetiredPanel = lazy(() => import('@/components/chat/composer/retired-panel'))

interface RetiredNoticeProps {
  /** Null means the server's default. */
  model: string | null
  onSwitch: (model: string) => void
}

/** Says that the service no longer has the model, with one button to another one; warns administrators before. */
export function RetiredNotice({ model, onSwitch }: RetiredNoticeProps) {
  const { data } = useQuery(modelsQuery)
  const { data: user } = useQuery(meQuery)
  if (!data) return null
  const id = model ?? data.default
  const chosen = data.models.find((one) => one.id === id)
  const replacement = replacementOf(id, data)
  const isRetired = chosen ? chosen.missing === 'retired' : id !== '' && replacement !== undefined
  const day = chosen?.shutdown_date
  const now = new Date()
  const isEnding = user?.is_admin === true && !!day && endsSoon(day, now)
  const others = isEnding ? endingSoon(data, now).filter((other) => other.id !== id) : []
  if (!isRetired && !isEnding) return null
  return (
    <Suspense>
      <RetiredPanel
        name={chosen?.name ?? id}
        lastDay={isRetired ? null : (day ?? null)}
        replacement={replacement}
        othersEnding={others.length}
        onSwitch={onSwitch}
      />
    </Suspense>
  )
}
