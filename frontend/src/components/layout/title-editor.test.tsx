import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test } from 'vitest'
import { limitsQuery } from '@/api/limits'
import { TitleEditor } from '@/components/layout/title-editor'
import { startI18n } from '@/i18n'
import { endRename } from '@/stores/renames'
import { LIMITS } from '@/test/server'

afterEach(() => endRename('list:c1'))

async function edit(title: string) {
  await startI18n('en')
  const names: (string | null)[] = []
  const client = new QueryClient()
  client.setQueryData(limitsQuery.queryKey, { ...LIMITS, title_max: 19 })
  const editor = (
    <QueryClientProvider client={client}>
      <TitleEditor field="list:c1" title={title} onDone={(title) => names.push(title)} />
    </QueryClientProvider>
  )
  const { unmount } = render(editor)
  const field = screen.getByRole<HTMLInputElement>('textbox')
  await waitFor(() => expect(field.selectionStart).toBe(0)) // All of it is selected.
  return { names, field, unmount, showAgain: () => render(editor) }
}

test('an edited title is saved when its row scrolls out of the list', async () => {
  const { names, field, unmount } = await edit('Lakes')
  await userEvent.type(field, ' and seas')
  unmount()
  expect(names).toEqual(['Lakes and seas'])
})

test('a title that is too long is still being edited when its row scrolls back into the list', async () => {
  const { names, field, unmount, showAgain } = await edit('Lakes')
  await userEvent.type(field, ' and seas and rivers')
  unmount()
  showAgain()
  const again = screen.getByRole<HTMLInputElement>('textbox')
  expect(again.value).toBe('Lakes and seas and rivers')
  expect(names).toEqual([])
  await userEvent.type(again, '{Backspace>7/}{Enter}')
  expect(names).toEqual(['Lakes and seas and'])
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
