import { useTranslation } from 'react-i18next'
import { THEMES } from '@/components/settings/preference-choices'
import { SettingRow } from '@/components/settings/setting-row'
import { Choice } from '@/components/ui/choice'
import { TEXT_SIZES, usePreferences } from '@/stores/preferences'

export function AppearanceSettings() {
  const { t } = useTranslation()
  const { theme, textSize } = usePreferences()
  return (
    <>
      <SettingRow title={t('settings.theme')}>
        <Choice
          label={t('settings.theme')}
          value={theme}
          options={THEMES.map(({ theme: value, Icon }) => ({
            value,
            text: (
              <>
                <Icon aria-hidden />
                {t(`settings.${value}`)}
              </>
            ),
          }))}
          onChange={(value) => usePreferences.setState({ theme: value })}
        />
      </SettingRow>
      <SettingRow title={t('settings.textSize')} text={t('settings.textSizeText')}>
        <Choice
          label={t('settings.textSize')}
          value={textSize}
          options={TEXT_SIZES.map((value) => ({ value, text: t(`settings.textSizes.${value}`) }))}
          onChange={(value) => usePreferences.setState({ textSize: value })}
        />
      </SettingRow>
    </>
  )
}
