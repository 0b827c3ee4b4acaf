import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModelPicker } from '@/components/models/model-picker'
import { Button } from '@/components/ui/button'
import { TextArea } from '@/components/ui/field'
import { Slider } from '@/components/ui/slider'
import { useLimits } from '@/hooks/use-limits'
import type { SheetSettings } from '@/lib/models/chat-settings'
import { checkLength } from '@/lib/text/text-length'

interface ChatSettingsFormProps {
  settings: SheetSettings
  onChange: (change: Partial<SheetSettings>) => void
  /** Rejects if they could not be saved. */
  onSave: () => Promise<void>
  onCancel: () => void
}

export default function ChatSettingsForm({ settings, onChange, onSave, onCancel }: ChatSettingsFormProps) {
  const { t } = useTranslation()
  const limit = useLimits()?.system_prompt_max
  const [isSaving, setIsSaving] = useState(false)
  const isTooLong = checkLength(settings.systemPrompt, limit).over > 0

  const save = async () => {
    setIsSaving(true)
    // A toast already says why it failed.
    await onSave().catch(() => setIsSaving(false))
  }
  return (
    <form
      className="flex min-h-0 grow flex-col"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div className="flex min-h-0 grow flex-col gap-6 overflow-y-auto px-5 py-4">
        <div className="flex flex-col gap-1.5">
          <p className="text-sm font-medium">{t('settings.model')}</p>
          <div className="flex rounded-lg border border-line-strong">
            <ModelPicker value={settings.model} onChange={(model) => onChange({ model })} />
          </div>
        </div>
        <TextArea
          label={t('settings.systemPrompt')}
          hint={t('settings.systemPromptHint')}
          rows={8}
          limit={limit}
          value={settings.systemPrompt}
          placeholder={t('settings.systemPromptPlaceholder')}
          onChange={(event) => onChange({ systemPrompt: event.target.value })}
        />
        <div className="flex flex-col gap-1.5">
          <p className="flex justify-between text-sm font-medium">
            {t('settings.temperature')}
            <span className="font-normal text-ink-2 tabular-nums">{settings.temperature.toFixed(1)}</span>
          </p>
          <Slider
            label={t('settings.temperature')}
            value={settings.temperature}
            min={0}
            max={2}
            step={0.1}
            onChange={(temperature) => onChange({ temperature })}
          />
          <p className="text-xs text-ink-3">{t('settings.temperatureHint')}</p>
        </div>
      </div>
      <div className="flex justify-end gap-2 border-t border-line px-5 py-3">
        <Button size="md" onClick={onCancel}>
          {t('app.cancel')}
        </Button>
        <Button size="md" variant="primary" type="submit" disabled={isSaving || isTooLong}>
          {t('app.save')}
        </Button>
      </div>
    </form>
  )
}
