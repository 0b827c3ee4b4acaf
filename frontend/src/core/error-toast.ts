import i18next from 'i18next'
import { ApiError } from '@/api/api-error'
import { errorText } from '@/i18n/error-text'
import { showErrorToast } from '@/stores/toasts'

/** Shows an error of a request as a toast. */
export function showError(error: unknown): void {
  showErrorToast(errorText(i18next.t, error instanceof ApiError ? error : { code: 'UNKNOWN' }))
}
