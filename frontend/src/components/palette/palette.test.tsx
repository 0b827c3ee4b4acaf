import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { composer, matchAllMedia, openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import { conversation } from '@/test/messages'
import { server } from '@/test/server'
import type { SearchHit } from '@/types/api'

const RIVERS = conversation('c1', { title: 'Rivers' })

const HIT: SearchHit = {
  conversation: RIVERS,
  message_id: 'm7',
  role: 'assistant',
  created_at: '2026-01-02T03:04:05.678Z',
  snippet: [{ text: '河流', is_match: true }],
}

let queries: string[]

beforeEach(() => {
  queries = []
  new FakeChatServer()
  serve({ conversations: [RIVERS], messages: [] })
  server.use(
    http.put('/api/conversations/c1/leaf', () => HttpResponse.json(RIVERS)),
    http.get('/api/search', ({ request }) => {
      const query = new URL(request.url).searchParams.get('q') ?? ''
      queries.push(query)
      return HttpResponse.json({
        hits: query === '河流' ? [HIT] : [],
        page: 1,
        page_size: 20,
        has_more: false,
      })
    }),
  )
})

async function openPalette() {
  const user = await openPage('/')
  await composer()
  await user.keyboard('{Control>}k{/Control}')
  return { user, field: await screen.findByRole('combobox') }
}

test('an empty palette lists recent conversations and commands', async () => {
  const { field } = await openPalette()
  expect(document.activeElement).toBe(field)
  const recent = await screen.findByRole('group', { name: 'Recent chats' })
  expect(within(recent).getByRole('option', { name: 'Rivers' })).toBeTruthy()
  const commands = screen.getByRole('group', { name: 'Commands' })
  expect(within(commands).getByRole('option', { name: 'New chat' })).toBeTruthy()
})

test('arrow keys wrap around, and Enter runs the selected command', async () => {
  const { user, field } = await openPalette()
  await user.type(field, 'theme')
  const [dark, system] = await waitFor(() => {
    const options = screen.getAllByRole('option')
    expect(options).toHaveLength(2)
    return options
  })
  await user.keyboard('{ArrowUp}')
  expect([dark, system].map((option) => option?.getAttribute('aria-selected'))).toEqual(['false', 'true'])
  await user.keyboard('{ArrowDown}{Enter}')
  await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'))
})

test.each([{ isComposing: true }, { isComposing: false, keyCode: 229 }])(
  'Escape and arrow keys of a composition (%j) leave the palette as it is',
  async (init) => {
    const { field } = await openPalette()
    const active = field.getAttribute('aria-activedescendant')
    fireEvent.keyDown(field, { key: 'ArrowDown', ...init })
    fireEvent.keyDown(field, { key: 'Escape', ...init })
    expect(screen.getByRole('combobox').getAttribute('aria-activedescendant')).toBe(active)
  },
)

test('text under composition is not searched for, and its Enter selects nothing', async () => {
  const { field } = await openPalette()
  fireEvent.compositionStart(field)
  fireEvent.input(field, { target: { value: 'ㄏㄜˊ' }, isComposing: true })
  fireEvent.keyDown(field, { key: 'Enter', isComposing: true })
  expect(screen.getByRole('combobox')).toBe(field)
  fireEvent.input(field, { target: { value: '河流' }, isComposing: true })
  fireEvent.compositionEnd(field, { data: '河流' })
  await screen.findByRole('group', { name: 'Titles and messages' })
  expect(queries).toEqual(['河流'])
})

test('a chat that is opened from the palette has the focus in its message box', async () => {
  matchAllMedia()
  const { user } = await openPalette()
  await user.keyboard('河流')
  await screen.findByRole('group', { name: 'Titles and messages' })
  await user.keyboard('{Enter}')
  await screen.findByRole('heading', { name: 'Rivers' })
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Message' })))
})

test('more results are loaded when the list is scrolled to its end', async () => {
  server.use(
    http.get('/api/search', ({ request }) => {
      const page = Number(new URL(request.url).searchParams.get('page'))
      const snippet = [{ text: `Hit ${page}`, is_match: false }]
      const hits = [{ ...HIT, message_id: `m${page}`, snippet }]
      return HttpResponse.json({ hits, page, page_size: 1, has_more: page < 2 })
    }),
  )
  const { user } = await openPalette()
  await user.keyboard('zzz')
  await screen.findByText('Hit 1')
  fireEvent.scroll(screen.getByRole('listbox', { name: 'Results' }))
  await screen.findByText('Hit 2')
})

test('a slow search says that it is loading', async () => {
  let answer: () => void = () => undefined
  const held = new Promise<void>((resolve) => (answer = resolve))
  server.use(
    http.get('/api/search', async () => {
      await held
      return HttpResponse.json({ hits: [], page: 1, page_size: 20, has_more: false })
    }),
  )
  const { user } = await openPalette()
  await user.keyboard('zzz')
  const dialog = await screen.findByRole('dialog', { name: 'Search and commands' })
  await within(dialog).findByText('Loading…')
  answer()
  await within(dialog).findByText('No results.')
  expect(within(dialog).queryByText('Loading…')).toBeNull()
})
