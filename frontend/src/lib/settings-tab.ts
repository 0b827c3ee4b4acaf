/** The tabs of the settings, in their order. */
export const SETTINGS_TABS = [
  'general',
  'appearance',
  'chat',
  'models',
  'data',
  'archived',
  'account',
  'shortcuts',
] as const

export type SettingsTab = (typeof SETTINGS_TABS)[number]

/** The parameter of the address that opens the settings over any page: `?settings=appearance`. */
export const SETTINGS_PARAMETER = 'settings'

/** The tab that an address names; the first for one that does not exist; null when it names none. */
export function settingsTabOf(search: URLSearchParams): SettingsTab | null {
  const name = search.get(SETTINGS_PARAMETER)
  if (name === null) return null
  return SETTINGS_TABS.find((tab) => tab === name) ?? SETTINGS_TABS[0]
}
