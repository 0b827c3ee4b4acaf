import { screen, waitFor } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { openPage, serve } from '@/test/app'
import { authSuccess, FakeChatServer } from '@/test/chat-server'
import { acceptChanges, listModels, signInAsAdministrator } from '@/test/chats'
import { failure } from '@/test/frames'
import { answer, conversation, model, question } from '@/test/messages'
import type { Conversation, Model } from '@/types/api'

const SMALL = model('small', 'Small', { efforts: ['low', 'high'] })
const LARGE = model('large', 'Large', { context_window: 128_000 })

interface Failure {
  models?: Model[]
  change?: Partial<Conversation>
  isAdministrator?: boolean
  reasoning?: string
}

/** Opens a chat whose last answer failed with `code`. */
async function openFailed(
  code: string,
  { models = [SMALL, LARGE], change, isAdministrator = false, reasoning = '' }: Failure = {},
) {
  const stored = conversation('c1', { model: 'small', ...change })
  const failure = { status: 'error', error_code: code, content: '', reasoning, model_used: 'small' } as const
  const failed = answer('a1', 'q1', failure)
  serve({ conversations: [stored], messages: [question('q1', null), failed] })
  const changes = acceptChanges(stored)
  if (isAdministrator) signInAsAdministrator()
  listModels(...models)
  new FakeChatServer()
  return { user: await openPage('/c/c1'), changes }
}

/** Opens a chat whose answer is being written. */
async function openWriting() {
  const writing = answer('a1', 'q1', { content: '', seq: 0, status: 'streaming' })
  serve({ conversations: [conversation('c1')], messages: [question('q1', null), writing] })
  const chat = new FakeChatServer()
  await openPage('/c/c1')
  const connection = await chat.authenticating(1)
  connection.send(authSuccess({ leaf_id: 'a1' }))
  return connection
}

describe('an answer that fails because the service is busy', () => {
  test('says when to try again, as long as the service does', async () => {
    const connection = await openWriting()
    connection.send(failure('a1', 'AI_OVERLOADED', { retry_after: 7200 }))
    expect(await screen.findAllByText('The model service is busy. Try again in 2 h.')).toHaveLength(2)
    connection.send(failure('a1', 'AI_OVERLOADED', { run: 2, seq: 2, from: 1 }))
    expect(await screen.findByText('The model service is busy. Try again in a moment.')).toBeTruthy()
  })

  test('counts the seconds down', async () => {
    const connection = await openWriting()
    connection.send(failure('a1', 'AI_OVERLOADED', { retry_after: 59 }))
    const [announced, shown] = await screen.findAllByText(/^The model service is busy. Try again in \d+ s.$/)
    const before = shown?.textContent
    await waitFor(() => expect(shown?.textContent).not.toBe(before))
    expect(announced?.textContent).toBe(before)
  })
})

describe('an answer that failed', () => {
  test.each(['AI_MODEL_GONE', 'AI_CONTEXT_TOO_LONG'])('with %s offers another model', async (code) => {
    await openFailed(code)
    expect(await screen.findByRole('button', { name: 'Try again with Large' })).toBeTruthy()
  })

  test('with AI_CONTEXT_TOO_LONG offers a new chat when no model is larger', async () => {
    await openFailed('AI_CONTEXT_TOO_LONG', { models: [SMALL] })
    const log = await screen.findByRole('log')
    await waitFor(() => expect(log.textContent).toContain('New chat'))
    expect(screen.queryByRole('button', { name: /Try again/ })).toBeNull()
  })

  test.each(['AI_KEY_REFUSED', 'AI_NO_CREDIT', 'AI_UNREACHABLE'])(
    'with %s offers administrators the settings',
    async (code) => {
      await openFailed(code, { models: [SMALL], isAdministrator: true })
      expect(await screen.findByRole('button', { name: 'Model settings' })).toBeTruthy()
    },
  )

  test.each(['AI_KEY_REFUSED', 'AI_NO_CREDIT', 'AI_UNREACHABLE', 'AI_ERROR', 'AI_TIMEOUT', 'AI_OVERLOADED'])(
    'with %s can be tried again',
    async (code) => {
      await openFailed(code)
      expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy()
    },
  )

  test.each([
    { chosen: 'high', efforts: ['low', 'high'], reasoning: '', lower: 'low' },
    { chosen: 'low', efforts: ['none', 'low', 'medium'], reasoning: 'Hm.', lower: 'none' },
    { chosen: '', efforts: ['low', 'high'], reasoning: '', lower: 'low' },
    { chosen: '', efforts: ['minimal', 'low', 'medium', 'high'], reasoning: '', lower: 'low' },
    { chosen: '', efforts: ['none', 'low', 'medium', 'high', 'xhigh'], reasoning: 'Hm.', lower: 'low' },
    { chosen: '', efforts: ['none', 'low', 'medium', 'high', 'xhigh'], reasoning: '', lower: 'none' },
    { chosen: 'xhigh', efforts: ['low', 'high'], reasoning: '', lower: 'low' },
  ] as const)(
    'with AI_EMPTY_ANSWER can be tried again with $lower after "$chosen" of $efforts',
    async ({ chosen, efforts, reasoning, lower }) => {
      const { user, changes } = await openFailed('AI_EMPTY_ANSWER', {
        models: [{ ...SMALL, efforts: [...efforts] }],
        change: { reasoning_effort: chosen },
        reasoning,
      })
      await user.click(await screen.findByRole('button', { name: 'Try again with less reasoning' }))
      await waitFor(() => expect(changes).toEqual([{ reasoning_effort: lower }]))
    },
  )

  test.each([
    { chosen: 'low', model: SMALL },
    { chosen: '', model: LARGE },
  ] as const)(
    'with AI_EMPTY_ANSWER can be tried again where no effort is lower',
    async ({ chosen, model }) => {
      const change = { model: model.id, reasoning_effort: chosen }
      await openFailed('AI_EMPTY_ANSWER', { models: [model], change })
      expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy()
    },
  )

  test.each([
    ['', 'The model gave no answer'],
    ['Hm.', 'The model reasoned but gave no answer'],
  ])('with AI_EMPTY_ANSWER and the thinking "%s" says: %s', async (reasoning, text) => {
    await openFailed('AI_EMPTY_ANSWER', { models: [SMALL], reasoning })
    expect(await screen.findByText(text)).toBeTruthy()
  })
})
