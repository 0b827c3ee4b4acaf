import { lazy, Suspense } from 'react'
import { Route, Routes } from 'react-router'
import { SignedOutOnly, SignedInOnly } from '@/app/session-gate'
import { AppLayout } from '@/components/layout/app-layout'
import { loadTexts } from '@/i18n'
import { basePath } from '@/lib/base-path'
import { NewChatPage } from '@/pages/new-chat-page'
import { NotFoundPage } from '@/pages/not-found-page'

const loadChatPage = () => import('@/pages/chat-page')
// Starts loading now instead of after the session and the messages have arrived.
if (location.pathname.startsWith(`${basePath}/c/`)) {
  for (const load of [loadChatPage, () => import('@/markdown/markdown')]) load().catch(() => undefined)
}

const ChatPage = lazy(loadChatPage)
const LabPage = lazy(async () => {
  const [page] = await Promise.all([import('@/pages/lab-page'), loadTexts('lab')])
  return page
})
const SignInPage = lazy(() => import('@/pages/sign-in-page'))
const ResetPasswordPage = lazy(() => import('@/pages/reset-password-page'))
const RegisterPage = lazy(() => import('@/pages/register-page'))

export function Pages() {
  return (
    <Suspense>
      <Routes>
        <Route element={<SignedInOnly />}>
          <Route element={<AppLayout />}>
            <Route index element={<NewChatPage />} />
            <Route path="c/:id" element={<ChatPage />} />
            <Route path="lab" element={<LabPage />} />
          </Route>
        </Route>
        <Route element={<SignedOutOnly />}>
          <Route path="login" element={<SignInPage />} />
          <Route path="register" element={<RegisterPage />} />
        </Route>
        <Route path="reset-password" element={<ResetPasswordPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </Suspense>
  )
}
