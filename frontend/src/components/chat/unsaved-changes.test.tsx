import { screen, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { matchAllMedia } from '@/test/app'
import { received } from '@/test/chat-server'
import { acceptChanges, AnsweredChat } from '@/test/chats'
import { conversation, image } from '@/test/messages'
import { server } from '@/test/server'

let opened: AnsweredChat

beforeEach(() => {
  opened = new AnsweredChat()
})

const editor = () => screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Edit message' })
const prompt = () => screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'System prompt' })

test('a changed question survives a reload, and is sent from there', async () => {
  const { user } = await opened.open()
  await user.click(await screen.findByRole('button', { name: 'Edit' }))
  await user.type(await editor(), ' And why?')
  const { user: again, connection } = await opened.open(2)
  expect((await editor()).value).toBe('First? And why?')
  await again.click(screen.getByRole('button', { name: 'Send edit' }))
  expect(await received(connection, 'chat.edit')).toMatchObject({ content: 'First? And why?' })
  expect(screen.queryByRole('textbox', { name: 'Edit message' })).toBeNull()
})

test('a question whose attachments and text were removed is still without them after a reload', async () => {
  opened.question.attachments = [image('a.png', '/a'), image('b.png', '/b')]
  const { user } = await opened.open()
  await user.click(await screen.findByRole('button', { name: 'Edit' }))
  await user.clear(await editor())
  await user.click(await screen.findByRole('button', { name: 'Remove “a.png”' }))
  const { user: reopened } = await opened.open(2)
  expect((await editor()).value).toBe('')
  await reopened.click(await screen.findByRole('button', { name: 'Remove “b.png”' }))
  const { user: again, connection } = await opened.open(3)
  await again.type(await editor(), 'Third?{Enter}')
  expect(await received(connection, 'chat.edit')).toMatchObject({ content: 'Third?', attachments: [] })
})

test('a changed question that is discarded by mistake returns', async () => {
  const { user } = await opened.open()
  await user.click(await screen.findByRole('button', { name: 'Edit' }))
  await user.type(await editor(), ' And why?{Escape}')
  await user.click(await screen.findByRole('button', { name: 'Undo' }))
  expect((await editor()).value).toBe('First? And why?')
})

test('the edit of another chat does not keep the focus from the composer', async () => {
  matchAllMedia()
  const { user } = await opened.open()
  await user.click(await screen.findByRole('button', { name: 'Edit' }))
  await editor()
  await user.keyboard('{Control>}{Shift>}o{/Shift}{/Control}')
  await screen.findByRole('heading', { name: 'What’s on your mind today?' })
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Message' }))
})

test('chat settings that were left or could not be saved are still there', async () => {
  const { user } = await opened.open()
  await user.click(await screen.findByRole('button', { name: 'Chat settings' }))
  await user.type(await prompt(), ' In verse.{Escape}')
  await user.click(await screen.findByRole('button', { name: 'Continue editing' }))
  expect((await prompt()).value).toBe('Be brief. In verse.')
  server.use(http.patch('/api/conversations/c1', () => HttpResponse.error()))
  const save = () => user.click(screen.getByRole('button', { name: 'Save' }))
  await save()
  await screen.findByText(/^The server cannot be reached/)
  expect((await prompt()).value).toBe('Be brief. In verse.')
  const changes = acceptChanges(conversation('c1'))
  await save()
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(changes).toEqual([expect.objectContaining({ system_prompt: 'Be brief. In verse.' })])
})
