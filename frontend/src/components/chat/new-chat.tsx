import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { modelsQuery } from '@/api/models'
import { Composer } from '@/components/chat/composer/composer'
import { EffortPicker } from '@/components/chat/composer/effort-picker'
import { DemoModelNotice } from '@/components/chat/composer/demo-model-notice'
import { ModelPicker } from '@/components/models/model-picker'
import { RetiredNotice } from '@/components/chat/composer/retired-notice'
import { PanelHeader } from '@/components/layout/panel-header'
import { ChatSettingsSheet } from '@/components/settings/chat-settings-sheet'
import { beginConversation } from '@/core/outbox/begin-conversation'
import { adoptDraft, newChatKey } from '@/core/new-chat-draft'
import type { ChatSettings } from '@/lib/models/chat-settings'
import { isDemoModel, modelOf } from '@/lib/models/model-choice'
import type { NewMessage } from '@/lib/outbox/outbox'

const PROMPTS = ['explain', 'write', 'plan', 'code'] as const
const DEFAULT_TEMPERATURE = 0.7

/** Start of a new chat: the composer in the middle and a few suggestions. */
export function NewChat() {
  const { t } = useTranslation()
  const [settings, setSettings] = useState<ChatSettings>({
    model: null,
    systemPrompt: '',
    temperature: DEFAULT_TEMPERATURE,
    effort: '',
  })
  const navigate = useNavigate()
  const { data: models, isLoading } = useQuery(modelsQuery)
  const model = models && modelOf(settings.model, models)
  const prompts = model && isDemoModel(model) ? 'home.demoPrompts' : 'home.prompts'
  // The page of the conversation sends the message.
  const begin = (message: NewMessage) => void navigate(`/c/${beginConversation(message, settings)}`)

  useEffect(() => void adoptDraft(), [])

  return (
    <>
      <PanelHeader title="">
        <ChatSettingsSheet
          settings={settings}
          onSave={(changed) => setSettings({ ...settings, ...changed })}
        />
      </PanelHeader>
      <div className="flex min-h-0 grow flex-col overflow-y-auto px-3 pb-4 md:px-6">
        <div className="mx-auto flex w-full max-w-column grow flex-col py-6 low:py-1">
          {/* The bottom of the composer is in the middle: it grows upwards, and what users read or type stays. */}
          <div className="flex grow basis-0 flex-col justify-end">
            <h1 className="mb-7 text-center text-lg font-semibold tracking-tight text-balance sm:text-xl low:mb-1 low:text-sm">
              {t('home.greeting')}
            </h1>
            <RetiredNotice
              model={settings.model}
              announcesOthers
              onSwitch={(model) => setSettings({ ...settings, model })}
            />
            <Composer
              draftKey={newChatKey()}
              model={settings.model}
              onSwitchModel={(model) => setSettings({ ...settings, model })}
              onSend={begin}
            >
              <ModelPicker value={settings.model} onChange={(model) => setSettings({ ...settings, model })} />
              <EffortPicker
                model={settings.model}
                value={settings.effort}
                onChange={(effort) => setSettings({ ...settings, effort })}
              />
            </Composer>
          </div>
          <div className="grow basis-0">
            {!isLoading && (
              <ul className="mt-5 flex flex-wrap justify-center gap-2">
                {PROMPTS.map((prompt) => (
                  <li key={prompt}>
                    <button
                      type="button"
                      onClick={() => begin({ content: t(`${prompts}.${prompt}`), attachments: [] })}
                      className="rounded-full border border-line-strong px-3.5 py-1.5 text-sm text-ink-2 transition-colors hover:bg-hover hover:text-ink active:bg-pressed"
                    >
                      {t(`${prompts}.${prompt}`)}
                    </button>
                  </li>
                ))}
              </ul>
            )}
            <div className="mt-8">
              <DemoModelNotice model={settings.model} />
            </div>
          </div>
        </div>
      </div>
    </>
  )
}
