import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { TitleEditor } from '@/components/layout/title-editor'
import { startI18n } from '@/i18n'

test('an edited title is saved when its row scrolls out of the list', async () => {
  await startI18n('en')
  const said: (string | null)[] = []
  const { unmount } = render(
    <QueryClientProvider client={new QueryClient()}>
      <TitleEditor title="Lakes" onDone={(title) => said.push(title)} />
    </QueryClientProvider>,
  )
  const field = screen.getByRole<HTMLInputElement>('textbox')
  await waitFor(() => expect(field.selectionStart).toBe(0)) // All of it is selected.
  await userEvent.type(field, ' and seas')
  unmount()
  expect(said).toEqual(['Lakes and seas'])
})
