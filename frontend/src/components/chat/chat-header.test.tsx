import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { openPage } from '@/test/app'
import { acceptChanges, AnsweredChat } from '@/test/chats'
import { conversation } from '@/test/messages'

test('the menu of an open chat renames it, and an archived one says so and can be put back', async () => {
  const opened = new AnsweredChat()
  const stored = conversation('c1', { title: 'Rivers', is_archived: true, leaf_id: 'a1' })
  opened.stored.conversations = [stored]
  const changes = acceptChanges(stored)
  const user = await openPage('/c/c1')
  await opened.connect()
  await user.click(await screen.findByRole('button', { name: 'Menu of this chat' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Rename' }))
  const name = await screen.findByRole('textbox', { name: 'Chat name' })
  // For screen readers, the page keeps its heading.
  expect(screen.getByRole('heading', { level: 1, name: 'Rivers' })).toBeTruthy()
  await user.clear(name)
  await user.type(name, 'Lakes{Enter}')
  await screen.findByRole('heading', { name: 'Lakes' })
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Menu of this chat' }))
  await screen.findByText('This chat is archived, so it is not in the list.')
  await user.click(screen.getByRole('button', { name: 'Unarchive' }))
  await waitFor(() => expect(screen.queryByText(/^This chat is archived/)).toBeNull())
  expect(changes).toEqual([{ title: 'Lakes' }, { is_archived: false }])
})
