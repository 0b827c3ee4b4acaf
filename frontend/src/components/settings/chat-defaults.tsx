import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { modelsQuery } from '@/api/models'
import { DefaultModel } from '@/components/settings/default-model'
import { LoadState } from '@/components/ui/load-state'
import { TextArea } from '@/components/ui/field'
import { useAutosave } from '@/hooks/use-autosave'
import { PROMPT_DRAFT, useChatDefaults } from '@/hooks/use-chat-defaults'
import { useLimits } from '@/hooks/use-limits'
import { checkLength } from '@/lib/text/text-length'
import type { ChatDefaults as Defaults } from '@/types/api'

/** Default settings of new conversations. */
export function ChatDefaults() {
  const { data: defaults, change, isError, refetch } = useChatDefaults()
  if (!defaults) return <LoadState isError={isError} onRetry={() => void refetch()} />
  return <DefaultsForm defaults={defaults} onChange={change} />
}

interface DefaultsFormProps {
  defaults: Defaults
  onChange: (change: Partial<Defaults>) => void
}

function DefaultsForm({ defaults, onChange }: DefaultsFormProps) {
  const { t } = useTranslation()
  const limit = useLimits()?.system_prompt_max
  const { data } = useQuery(modelsQuery)
  const [prompt, setPrompt] = useAutosave(defaults.default_system_prompt, PROMPT_DRAFT, (text) => {
    if (checkLength(text, limit).over === 0) onChange({ default_system_prompt: text })
  })
  return (
    <div className="flex flex-col gap-6 py-4">
      <DefaultModel
        models={data?.models ?? []}
        value={defaults.default_model}
        onChange={(model) => onChange({ default_model: model })}
      />
      <TextArea
        label={t('settings.defaultPrompt')}
        hint={t('settings.defaultPromptHint')}
        rows={7}
        limit={limit}
        value={prompt}
        placeholder={t('settings.systemPromptPlaceholder')}
        onChange={(event) => setPrompt(event.target.value)}
      />
    </div>
  )
}
