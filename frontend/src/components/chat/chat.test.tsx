import { screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, test } from 'vitest'
import { composer, openPage } from '@/test/app'
import { authSuccess, received } from '@/test/chat-server'
import { AnsweredChat } from '@/test/chats'
import { accepted, end, failure, stream } from '@/test/frames'
import { answer, question } from '@/test/messages'

let opened: AnsweredChat

beforeEach(() => {
  opened = new AnsweredChat()
})

function lastAnswerText(): string {
  return screen.getAllByRole('article', { name: 'AI' }).at(-1)?.textContent ?? ''
}

/** Buttons are enabled a moment after the answer has ended. */
async function press(name: string): Promise<void> {
  const button = screen.getByRole<HTMLButtonElement>('button', { name })
  await waitFor(() => expect(button.disabled).toBe(false))
  button.click()
}

describe('a question', () => {
  test('appears immediately, and its answer streams in after the server accepts it', async () => {
    const { connection, clientId } = await opened.ask('Second?')
    expect(screen.getByText('Second?')).toBeTruthy()
    expect(screen.getByText('Sending…')).toBeTruthy()
    connection.send(accepted(clientId, 'Second?'), stream('a2', 'Sec', 0))
    await screen.findByText('Sec')
    expect(screen.queryByText('Sending…')).toBeNull()
    expect(screen.getByRole('button', { name: 'Stop generating' })).toBeTruthy()
    connection.send(stream('a2', 'ond.', 1), end('a2', 2))
    await screen.findByText('Second.')
    expect(await screen.findByRole('button', { name: 'Send' })).toBeTruthy()
  })
})

describe('an answer that is being written', () => {
  test('is announced to screen readers by sentence, and its end as well', async () => {
    const announced = () => screen.getAllByRole('status').map(({ textContent }) => textContent)
    const { connection, clientId } = await opened.ask('Second?')
    connection.send(accepted(clientId, 'Second?'), stream('a2', 'A *whole* sentence. Ha', 0))
    await waitFor(() => expect(announced()).toContain('A whole sentence.'))
    connection.send(stream('a2', 'lf a one', 1), end('a2', 2))
    await waitFor(() => expect(announced()).toContain('Half a one Answer complete'))
  })

  test('resumes from the stored position when the page opens', async () => {
    opened.stored.messages = [
      opened.question,
      { ...opened.answer, content: 'Fir', seq: 2, status: 'streaming' },
    ]
    await openPage('/c/c1')
    const connection = await opened.chat.authenticating(1)
    expect(connection.received[0]).toMatchObject({ resume: { message_id: 'a1', run: 1, seq: 2 } })
    connection.send(authSuccess({ leaf_id: 'a1', active: 'a1' }), stream('a1', 'st.', 2), end('a1', 3))
    await screen.findByText('First.')
  })

  test('resumes from the last received position after the connection drops', async () => {
    const { connection, clientId } = await opened.ask('Second?')
    connection.send(accepted(clientId, 'Second?'), stream('a2', 'One ', 0), stream('a2', 'two ', 1))
    await screen.findByText('One two')
    opened.stored.messages.push(
      question('q2', 'a1', 'Second?'),
      answer('a2', 'q2', { content: '', seq: 0, status: 'pending' }),
    )
    connection.close(1001)
    window.dispatchEvent(new Event('online'))
    const again = await opened.chat.authenticating(2)
    expect(again.received[0]).toMatchObject({ resume: { message_id: 'a2', run: 1, seq: 2 } })
    again.send(authSuccess({ leaf_id: 'a2', active: 'a2' }), stream('a2', 'three', 2))
    await screen.findByText('One two three')
  })

  test('requests missing deltas once per gap', async () => {
    const { connection, clientId } = await opened.ask('Second?')
    connection.send(accepted(clientId, 'Second?'), stream('a2', 'One ', 0), stream('a2', 'three ', 2))
    expect(await received(connection, 'chat.follow')).toEqual({
      type: 'chat.follow',
      message_id: 'a2',
      run: 1,
      seq: 1,
    })
    connection.send(stream('a2', 'four ', 3), stream('a2', 'two three four', 1, { seq: 4 }))
    await screen.findByText('One two three four')
    expect(connection.received.filter(({ type }) => type === 'chat.follow')).toHaveLength(1)
  })

  test('shows its own text for a failure, not the server’s, and can be retried', async () => {
    const { connection, clientId } = await opened.ask('Second?')
    const failed = failure('a2', 'AI_ERROR', { error: 'upstream detail' })
    connection.send(accepted(clientId, 'Second?'), failed)
    await screen.findByText('The model service failed before it finished the answer.')
    expect(screen.queryByText(/upstream detail/)).toBeNull()
    await press('Try again')
    expect(await received(connection, 'chat.regenerate')).toMatchObject({ message_id: 'a2' })
  })
})

describe('an answer', () => {
  test('is shown as plain text when it is nested too deeply for the Markdown parser', async () => {
    const text = `${'>'.repeat(5000)} deep`
    opened.stored.messages = [
      opened.question,
      { ...opened.answer, content: text },
      question('q2', 'a1', 'Still here'),
    ]
    await opened.open()
    await screen.findByText('Still here')
    await waitFor(() => expect(lastAnswerText()).toContain(text))
  })

  test('loads no external image, and opens links in a new tab', async () => {
    opened.stored.messages = [
      opened.question,
      { ...opened.answer, content: '![secret](https://evil.example/x.png) [site](https://example.com)' },
    ]
    await opened.open()
    const image = await screen.findByRole('link', { name: 'Image: secret' })
    expect(image.getAttribute('href')).toBe('https://evil.example/x.png')
    expect(document.querySelector('img')).toBeNull()
    const link = screen.getByRole('link', { name: 'site' })
    expect(link.getAttribute('target')).toBe('_blank')
    expect(link.getAttribute('rel')).toContain('noopener')
  })

  test('says how many earlier messages were left out of its context', async () => {
    opened.stored.messages = [opened.question, { ...opened.answer, context_dropped: 7 }]
    await opened.open()
    await screen.findByText(/7 earlier messages were left out/)
  })
})

describe('a conversation', () => {
  test('is fetched again if it changed while the page was disconnected', async () => {
    const { connection } = await opened.open()
    await screen.findByText('First.')
    opened.stored.messages = [opened.question, opened.answer, question('q2', 'a1', 'From elsewhere')]
    connection.close(1012)
    window.dispatchEvent(new Event('online'))
    const again = await opened.chat.authenticating(2)
    again.send(authSuccess({ leaf_id: 'q2', revision: 2 }))
    await screen.findByText('From elsewhere')
  })
})

describe('a draft', () => {
  test('survives a reload, and is deleted once sent', async () => {
    const { user } = await opened.open()
    await user.type(await composer(), 'half a thought')
    const { user: later } = await opened.open(2)
    const box = await composer()
    expect(box.value).toBe('half a thought')
    await screen.findByText('First.')
    await later.type(box, '{Enter}')
    await waitFor(() => expect(box.value).toBe(''))
    expect(localStorage.getItem('user:ann:draft:c1')).toBeNull()
  })

  test('of an earlier version is kept', async () => {
    localStorage.setItem('session', 'ann')
    localStorage.setItem('user:ann:draft:new', 'Older')
    await openPage('/')
    await waitFor(async () => expect((await composer()).value).toBe('Older'))
  })
})
