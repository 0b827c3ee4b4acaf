import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { copyText } from '@/lib/browser/clipboard'
import { showErrorToast } from '@/stores/toasts'

const SHOWN_MS = 1_600

/** Copies text; `isCopied` is true for a moment afterwards. */
export function useCopy(): { isCopied: boolean; copy: (text: string) => Promise<void> } {
  const { t } = useTranslation()
  const [isCopied, setIsCopied] = useState(false)
  const timer = useRef<number>(undefined)

  useEffect(() => () => window.clearTimeout(timer.current), [])

  const copy = async (text: string) => {
    if (!(await copyText(text))) {
      showErrorToast(t('actions.copyFailed'))
      return
    }
    setIsCopied(true)
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setIsCopied(false), SHOWN_MS)
  }
  return { isCopied, copy }
}
