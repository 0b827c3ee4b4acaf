import { screen, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { acceptChanges, AnsweredChat } from '@/test/chats'
import { conversation } from '@/test/messages'
import { server } from '@/test/server'

test('the menu of an open chat renames it', async () => {
  const opened = new AnsweredChat()
  const stored = conversation('c1', { title: 'Rivers', leaf_id: 'a1' })
  opened.stored.conversations = [stored]
  const changes = acceptChanges(stored)
  const { user } = await opened.open()
  await user.click(await screen.findByRole('button', { name: 'Chat menu' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Rename' }))
  const name = await screen.findByRole('textbox', { name: 'Chat name' })
  // For screen readers, the page keeps its heading.
  expect(screen.getByRole('heading', { level: 1, name: 'Rivers' })).toBeTruthy()
  await user.clear(name)
  await user.type(name, 'Lakes{Enter}')
  await screen.findByRole('heading', { name: 'Lakes' })
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Chat menu' }))
  expect(changes).toEqual([{ title: 'Lakes' }])
})

test('an archived chat can be unarchived from its page', async () => {
  const opened = new AnsweredChat()
  const stored = conversation('c1', { is_archived: true, leaf_id: 'a1' })
  opened.stored.conversations = [stored]
  const changes = acceptChanges(stored)
  const { user } = await opened.open()
  await screen.findByText('This chat is archived and hidden from the sidebar.')
  await user.click(screen.getByRole('button', { name: 'Unarchive' }))
  await waitFor(() => expect(screen.queryByText(/^This chat is archived/)).toBeNull())
  expect(changes).toEqual([{ is_archived: false }])
})

test.each(['Archive', 'Delete'])('an open chat is open again after its %s failed', async (name) => {
  const opened = new AnsweredChat()
  server.use(
    http.patch('/api/conversations/c1', () => HttpResponse.error()),
    http.delete('/api/conversations/c1', () => HttpResponse.error()),
  )
  const { user } = await opened.open()
  await user.click(await screen.findByRole('button', { name: 'Chat menu' }))
  await user.click(await screen.findByRole('menuitem', { name }))
  await screen.findByText(/^The server cannot be reached/)
  await opened.connect(2)
  await screen.findByText('First.')
  expect(location.pathname).toBe('/c/c1')
})
