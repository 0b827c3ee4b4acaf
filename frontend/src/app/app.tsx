import { QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { BrowserRouter } from 'react-router'
import { CrashPage } from '@/app/crash-page'
import { Pages } from '@/app/pages'
import { createQueryClient } from '@/app/query-client'
import { Toasts } from '@/components/layout/toasts'
import { ErrorBoundary } from '@/components/ui/error-boundary'
import { useAppearance } from '@/hooks/use-appearance'
import { basePath } from '@/lib/base-path'

export function App() {
  const [client] = useState(createQueryClient)
  useAppearance()
  return (
    <ErrorBoundary fallback={<CrashPage />}>
      <QueryClientProvider client={client}>
        <BrowserRouter basename={`${basePath}/`}>
          <Pages />
        </BrowserRouter>
        <Toasts />
      </QueryClientProvider>
    </ErrorBoundary>
  )
}
