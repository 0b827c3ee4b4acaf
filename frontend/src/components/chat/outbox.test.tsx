import { act, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { composer, openPage } from '@/test/app'
import { authSuccess, received } from '@/test/chat-server'
import { AnsweredChat } from '@/test/chats'
import { accepted, end, refusal, stream } from '@/test/frames'
import { conversation } from '@/test/messages'

let opened: AnsweredChat

beforeEach(() => {
  opened = new AnsweredChat()
})

/** Queues a message behind an answer and starts to edit it: `more` is typed at its end. */
async function editWaiting(text: string, more: string): Promise<void> {
  const { connection, clientId } = await opened.ask('Second?')
  connection.send(accepted(clientId, 'Second?'), stream('a2', 'Sec', 0))
  await screen.findByText('Sec')
  await userEvent.type(await composer(), `${text}{Enter}`)
  ;(await screen.findByRole('button', { name: 'Edit before sending' })).click()
  await userEvent.type(await screen.findByRole('textbox', { name: 'Edit message' }), more)
}

describe('a message', () => {
  test('that was not accepted is sent again with the same id after a reconnect', async () => {
    const { connection, clientId } = await opened.ask('Second?')
    connection.close(1012)
    window.dispatchEvent(new Event('online'))
    const again = await opened.connect(2)
    expect(await received(again, 'chat.message')).toMatchObject({ client_id: clientId, content: 'Second?' })
  })

  test('that was not accepted is sent again with the same id after a reload', async () => {
    const { clientId } = await opened.ask('Second?')
    const { connection: again } = await opened.open(2)
    expect(await received(again, 'chat.message')).toMatchObject({ client_id: clientId })
  })

  test('that gets no response says so, and is sent again with the same id after its connection was checked', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] })
    const { connection, clientId } = await opened.ask('Second?')
    act(() => void vi.advanceTimersByTime(4_000))
    await screen.findByText('Sent, but the server has not responded yet')
    act(() => void vi.advanceTimersByTime(6_000))
    await received(connection, 'ping')
    act(() => void vi.advanceTimersByTime(5_000))
    const again = await opened.connect(2)
    expect(await received(again, 'chat.message')).toMatchObject({ client_id: clientId, content: 'Second?' })
  })

  test('that was sent when the browser lost its network says that it may have arrived', async () => {
    await opened.ask('Second?')
    await screen.findByText('Sending…')
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    act(() => void window.dispatchEvent(new Event('offline')))
    screen.getByText('May have been sent. This is checked once you are back online.')
    expect(screen.queryByText('Thinking…')).toBeNull()
  })

  test('that was rate limited shows the wait, and is then sent automatically', async () => {
    const { connection, clientId } = await opened.ask('Second?')
    connection.received.length = 0
    connection.send(refusal(clientId, 'RATE_LIMIT_EXCEEDED', 1))
    await screen.findByText(/Try again in 1 s/)
    expect(await received(connection, 'chat.message')).toMatchObject({ client_id: clientId })
  })

  test('that was refused shows the reason, and is sent with a new id after an edit', async () => {
    const { connection, clientId } = await opened.ask('Second?')
    connection.send(refusal(clientId, 'INVALID_MESSAGE'))
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('Not sent. The server did not understand')
    connection.received.length = 0
    screen.getByRole('button', { name: 'Edit before sending' }).click()
    const editor = await screen.findByRole('textbox', { name: 'Edit message' })
    await userEvent.type(editor, ' Third?{Enter}')
    const { client_id, content } = await received(connection, 'chat.message')
    expect(content).toBe('Second? Third?')
    expect(client_id).not.toBe(clientId)
  })

  test('waits for the current answer to end, and can be removed meanwhile', async () => {
    const { connection, clientId } = await opened.ask('Second?')
    connection.send(accepted(clientId, 'Second?'), stream('a2', 'Sec', 0))
    await screen.findByText('Sec')
    connection.received.length = 0
    const box = await composer()
    await userEvent.type(box, 'Third?{Enter}')
    await userEvent.type(box, 'Fourth?{Enter}')
    await screen.findByText('Will be sent after this answer')
    screen.getAllByRole('button', { name: 'Discard message' })[0]?.click()
    await waitFor(() => expect(screen.queryByText('Third?')).toBeNull())
    expect(connection.received).toEqual([])
    connection.send(end('a2', 1))
    expect(await received(connection, 'chat.message')).toMatchObject({ content: 'Fourth?' })
  })

  test('is not sent while it is being edited', async () => {
    const { connection, clientId } = await opened.ask('Second?')
    connection.send(accepted(clientId, 'Second?'), stream('a2', 'Sec', 0))
    await screen.findByText('Sec')
    connection.received.length = 0
    await userEvent.type(await composer(), 'Third?{Enter}')
    ;(await screen.findByRole('button', { name: 'Edit before sending' })).click()
    const editor = await screen.findByRole('textbox', { name: 'Edit message' })
    connection.send(end('a2', 1))
    await screen.findByRole('button', { name: 'Regenerate' })
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Stop generating' })).toBeNull())
    expect(connection.received).toEqual([])
    await userEvent.type(editor, '!{Enter}')
    expect(await received(connection, 'chat.message')).toMatchObject({ content: 'Third?!' })
  })

  test('is still being edited after a reload, with the unsaved text', async () => {
    await editWaiting('Third?', ' And')
    const { connection: again } = await opened.open(2)
    const editor = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Edit message' })
    expect(editor.value).toBe('Third? And')
    expect(again.received.filter(({ type }) => type === 'chat.message')).toEqual([])
    await userEvent.type(editor, ' fourth?{Enter}')
    expect(await received(again, 'chat.message')).toMatchObject({ content: 'Third? And fourth?' })
  })

  test('that another tab sends during an edit moves the edited text to the composer', async () => {
    await editWaiting('Third?', ' And fourth?')
    const key = Object.keys(localStorage).find((name) => name.startsWith('user:ann:outbox:')) ?? ''
    localStorage.removeItem(key)
    window.dispatchEvent(new StorageEvent('storage', { key }))
    await screen.findByText('The message was sent without your changes. They are in the box below.')
    expect((await composer()).value).toBe('Third? And fourth?')
  })

  test('that may have arrived says so and cannot be removed', async () => {
    const { connection } = await opened.ask('Second?')
    connection.close(1012)
    await screen.findByText('May have been sent. This is checked once you are back online.')
    expect(screen.queryByRole('button', { name: 'Discard message' })).toBeNull()
  })

  test('is sent after its conversation is closed', async () => {
    opened.stored.conversations.push(conversation('c2'))
    const user = await openPage('/c/c1')
    const first = await opened.chat.authenticating(1)
    await user.type(await composer(), 'Left behind{Enter}')
    await screen.findByText('Will be sent once you are back online')
    await user.click(screen.getByRole('button', { name: 'Open sidebar' }))
    await user.click(await screen.findByRole('link', { name: 'Conversation c2' }))
    await opened.chat.authenticating(3)
    expect(first.received).toHaveLength(1)
    for (const connection of opened.chat.connections.slice(1)) connection.send(authSuccess({ leaf_id: 'a1' }))
    await waitFor(() => {
      const sent = opened.chat.connections.flatMap(({ received: frames }) => frames)
      expect(sent.filter(({ type }) => type === 'chat.message')).toMatchObject([{ content: 'Left behind' }])
    })
  })
})
