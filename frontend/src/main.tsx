import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { session } from '@/api/session'
import { App } from '@/app/app'
import { reloadReplacedBuild } from '@/app/replaced-build'
import { registerServiceWorker } from '@/app/service-worker'
import { enterBasePath } from '@/lib/base-path'
import { enterTab } from '@/lib/browser/tab'
import { tolerateTranslators } from '@/lib/browser/translated-page'
import { startI18n } from '@/i18n'
import { usePreferences } from '@/stores/preferences'
import '@/styles/index.css'

/** The placeholder in a page to which no server has added a nonce. */
const NO_NONCE = '__CSP_NONCE__'

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content
if (nonce !== undefined && nonce !== NO_NONCE) setNonce(nonce)

tolerateTranslators()
reloadReplacedBuild()
void session.start()
await Promise.all([startI18n(usePreferences.getState().language), enterTab()])

const root = enterBasePath() ? document.getElementById('root') : null
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
registerServiceWorker()
