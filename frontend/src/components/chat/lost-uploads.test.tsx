import { fireEvent, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { composer, openPage, serve } from '@/test/app'
import { authSuccess, FakeChatServer, received } from '@/test/chat-server'
import { serveUploads } from '@/test/chats'
import { eventually } from '@/test/eventually'
import { accepted, refusal } from '@/test/frames'
import { conversation } from '@/test/messages'

const PNG = new File(['data'], 'a.png', { type: 'image/png' })

/** Opens a chat and sends a message with a file; returns the connection and the ids of the uploads so far. */
async function sendWithFile() {
  serve({ conversations: [conversation('c1', { leaf_id: null })], messages: [] })
  const uploaded = serveUploads()
  const chat = new FakeChatServer()
  const user = await openPage('/c/c1')
  const connection = await chat.authenticating(1)
  connection.send(authSuccess())
  const box = await composer()
  const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Add images or files' })
  await eventually(() => expect(button.disabled).toBe(false))
  fireEvent.paste(box, { clipboardData: { files: [PNG], items: [], types: ['Files'], getData: () => '' } })
  await screen.findByRole('button', { name: 'Remove “a.png”' })
  await user.type(box, 'Look{Enter}')
  const sent = await received(connection, 'chat.message')
  connection.received.length = 0
  return { connection, sent, uploaded }
}

test('a message whose file the server has deleted while it waited uploads the file again', async () => {
  const { connection, sent, uploaded } = await sendWithFile()
  const [id] = uploaded
  connection.send(refusal(sent.client_id ?? '', 'NOT_FOUND'))
  expect(await received(connection, 'chat.message')).toEqual(sent)
  expect(uploaded).toEqual([id, id])
  connection.send(accepted(sent.client_id ?? '', 'Look'))
  await eventually(() =>
    expect(Object.keys(localStorage).filter((key) => key.includes('outbox:'))).toEqual([]),
  )
})

test('a message whose file is missing after it was uploaded again says so', async () => {
  const { connection, sent, uploaded } = await sendWithFile()
  connection.send(refusal(sent.client_id ?? '', 'NOT_FOUND'))
  await received(connection, 'chat.message')
  connection.send(refusal(sent.client_id ?? '', 'NOT_FOUND'))
  await screen.findByText(/Not found/)
  expect(uploaded).toHaveLength(2)
})
