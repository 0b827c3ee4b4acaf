import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { keysQuery } from '@/api/keys'
import { KeyExamples } from '@/components/settings/key-examples'
import { KeyList } from '@/components/settings/key-list'
import { LoadState } from '@/components/ui/load-state'
import { NewKeyForm } from '@/components/settings/new-key-form'
import type { NewPersonalKey } from '@/types/api'

/** The user's keys for programs written for OpenAI's API, a form for another one, and examples. */
export default function KeySettings() {
  const { t } = useTranslation()
  const [newKey, setNewKey] = useState<NewPersonalKey | null>(null)
  const { data, isError, refetch } = useQuery(keysQuery)
  if (!data) return <LoadState isError={isError} onRetry={() => void refetch()} />
  return (
    <div className="flex flex-col gap-6 py-4">
      <p className="text-sm text-pretty text-ink-2">{t('keys.text')}</p>
      <NewKeyForm newKey={newKey} onCreated={setNewKey} />
      <KeyList
        keys={data.keys}
        onDeleted={(id) => {
          if (newKey?.id === id) setNewKey(null)
        }}
      />
      <KeyExamples personalKey={newKey?.key} />
    </div>
  )
}
