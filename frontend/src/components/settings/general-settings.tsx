import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { LANGUAGE_NAMES } from '@/components/settings/preference-choices'
import { SettingRow } from '@/components/settings/setting-row'
import { Choice } from '@/components/ui/choice'
import { LANGUAGES } from '@/lib/language'
import { modKey } from '@/lib/shortcuts'
import { usePreferences } from '@/stores/preferences'

export function GeneralSettings() {
  const { t } = useTranslation()
  const { language, sendKey } = usePreferences()
  return (
    <>
      <SettingRow title={t('settings.language')}>
        <Choice
          label={t('settings.language')}
          value={language}
          options={LANGUAGES.map((value) => ({ value, text: LANGUAGE_NAMES[value], lang: value }))}
          onChange={(value) => usePreferences.setState({ language: value })}
        />
      </SettingRow>
      <SettingRow title={t('settings.sendKey')} text={t(`settings.sendKeyText.${sendKey}`)}>
        <Choice
          label={t('settings.sendKey')}
          value={sendKey}
          options={[
            { value: 'enter', text: 'Enter' },
            { value: 'modEnter', text: `${modKey()} + Enter` },
          ]}
          onChange={(value) => usePreferences.setState({ sendKey: value })}
        />
      </SettingRow>
      <SettingRow title={t('settings.lab')} text={t('settings.labText')}>
        <Link to="/lab" className="text-sm font-medium text-accent hover:underline">
          {t('settings.openLab')}
        </Link>
      </SettingRow>
    </>
  )
}
