/** The tabs of the settings, in order. */
export const SETTINGS_TABS = [
  'general',
  'appearance',
  'chat',
  'models',
  'data',
  'archived',
  'account',
  'keys',
  'shortcuts',
] as const

export type SettingsTab = (typeof SETTINGS_TABS)[number]

/** The query parameter that opens the settings over any page: `?settings=appearance`. */
export const SETTINGS_PARAMETER = 'settings'

/** The tab named in a URL; the first tab if the name is unknown, null if there is none. */
export function settingsTabOf(search: URLSearchParams): SettingsTab | null {
  const name = search.get(SETTINGS_PARAMETER)
  if (name === null) return null
  return SETTINGS_TABS.find((tab) => tab === name) ?? SETTINGS_TABS[0]
}
