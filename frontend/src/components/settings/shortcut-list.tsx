import { useTranslation } from 'react-i18next'
import { KeyCaps } from '@/components/ui/key-caps'
import { keyCaps, modKey, SHORTCUTS, type ShortcutName } from '@/lib/shortcuts'
import { usePreferences } from '@/stores/preferences'

/** List of all keyboard shortcuts, also of the composer. */
export function ShortcutList() {
  const { t } = useTranslation()
  const isSentByEnter = usePreferences(({ sendKey }) => sendKey === 'enter')
  const composer = [
    { text: t('shortcuts.send'), caps: isSentByEnter ? ['Enter'] : [modKey(), 'Enter'] },
    { text: t('shortcuts.newLine'), caps: isSentByEnter ? ['Shift', 'Enter'] : ['Enter'] },
    { text: t('shortcuts.editLast'), caps: ['↑'] },
    { text: t('shortcuts.attach'), caps: [modKey(), 'U'] },
  ]
  const everywhere = [
    ...(Object.keys(SHORTCUTS) as ShortcutName[]).map((name) => ({
      text: t(`shortcuts.${name}`),
      caps: keyCaps(name),
    })),
    { text: t('shortcuts.notices'), caps: ['F8'] },
  ]
  return (
    <>
      <Group title={t('shortcuts.everywhere')} rows={everywhere} />
      <Group title={t('shortcuts.inComposer')} rows={composer} />
    </>
  )
}

function Group({ title, rows }: { title: string; rows: { text: string; caps: string[] }[] }) {
  return (
    <section aria-label={title} className="pb-4">
      <h3 className="pt-2 pb-1 text-xs text-ink-3">{title}</h3>
      <dl>
        {rows.map(({ text, caps }) => (
          <div
            key={text}
            className="flex min-h-10 items-center justify-between gap-4 border-b border-line last:border-none"
          >
            <dt className="text-sm">{text}</dt>
            <dd>
              <KeyCaps caps={caps} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
