import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { errorText } from '@/i18n/error-text'
import { useToasts } from '@/stores/toasts'

interface ErrorLike {
  code: string
  retryAfter?: number | null
}

/** Shows an error as a toast in the user's language. */
export function useErrorToast(): (error: ErrorLike) => void {
  const { t } = useTranslation()
  return useCallback((error) => useToasts.getState().show({ tone: 'error', text: errorText(t, error) }), [t])
}
