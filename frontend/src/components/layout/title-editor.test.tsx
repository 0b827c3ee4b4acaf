import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { TitleEditor } from '@/components/layout/title-editor'
import { startI18n } from '@/i18n'

async function edit(title: string) {
  await startI18n('en')
  const names: (string | null)[] = []
  const { unmount } = render(
    <QueryClientProvider client={new QueryClient()}>
      <TitleEditor title={title} onDone={(title) => names.push(title)} />
    </QueryClientProvider>,
  )
  const field = screen.getByRole<HTMLInputElement>('textbox')
  await waitFor(() => expect(field.selectionStart).toBe(0)) // All of it is selected.
  return { names, field, unmount }
}

test('an edited title is saved when its row scrolls out of the list', async () => {
  const { names, field, unmount } = await edit('Lakes')
  await userEvent.type(field, ' and seas')
  unmount()
  expect(names).toEqual(['Lakes and seas'])
})

test.each([{ isComposing: true }, { isComposing: false, keyCode: 229 }])(
  'Escape and Enter of a composition (%j) neither drop nor save the title',
  async (init) => {
    const { names, field } = await edit('河流')
    fireEvent.keyDown(field, { key: 'Escape', ...init })
    fireEvent.keyDown(field, { key: 'Enter', ...init })
    expect(names).toEqual([])
    fireEvent.keyDown(field, { key: 'Escape' })
    expect(names).toEqual([null])
  },
)
