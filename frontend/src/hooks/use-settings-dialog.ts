import { useLocation, useNavigate } from 'react-router'
import { SETTINGS_PARAMETER, type SettingsTab, settingsTabOf } from '@/lib/settings-tab'

interface OverlayState {
  /** The key of the visit to the page behind the overlay. */
  page?: string
  /** Whether going back in the history closes the overlay. */
  hasPageBefore?: boolean
}

function useOverlayState(): OverlayState {
  const location = useLocation()
  return (location.state as OverlayState | null) ?? {}
}

/** The key of the visit to the current page, unchanged by overlays opened over it. */
export function usePageKey(): string {
  const { key } = useLocation()
  return useOverlayState().page ?? key
}

/** Opens and closes the settings, which have their own URL over any page. */
export function useSettingsDialog() {
  const { pathname, search } = useLocation()
  const { hasPageBefore = false } = useOverlayState()
  const page = usePageKey()
  const navigate = useNavigate()
  const parameters = new URLSearchParams(search)
  const tab = settingsTabOf(parameters)

  const open = (next: SettingsTab) => {
    parameters.set(SETTINGS_PARAMETER, next)
    const isOpen = tab !== null
    void navigate(
      { pathname, search: parameters.toString() },
      { replace: isOpen, state: { page, hasPageBefore: !isOpen || hasPageBefore } satisfies OverlayState },
    )
  }
  const close = () => {
    if (hasPageBefore) {
      void navigate(-1)
      return
    }
    parameters.delete(SETTINGS_PARAMETER)
    void navigate({ pathname, search: parameters.toString() }, { replace: true, state: { page } })
  }
  return { tab, open, close }
}
