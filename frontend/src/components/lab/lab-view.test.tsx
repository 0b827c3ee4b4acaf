import { act, cleanup, screen, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'
import { openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import { listModels } from '@/test/chats'
import { model } from '@/test/messages'
import { server } from '@/test/server'

/** Opens the lab with a default model of this provider, in English. */
async function openLab(provider: string) {
  serveModel(provider)
  const user = await openPage('/lab')
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Question' })
  await waitFor(() => expect(field.value).not.toBe(''))
  const { setLanguage } = await import('@/i18n')
  return { user, field, setLanguage }
}

function serveModel(provider: string): void {
  serve({ conversations: [], messages: [] })
  listModels(model('m', 'M', { provider }))
}

test.each([
  ['a model of a service, in Chinese', 'openai', /海洋/],
  ['the demo model, which knows English only, in English', 'embedded', /oceans/],
])('a Chinese page of the lab suggests a question to %s', async (_, provider, question) => {
  serveModel(provider)
  await openPage('/')
  const { setLanguage } = await import('@/i18n')
  await setLanguage('zh-TW')
  act(() => {
    window.history.pushState(null, '', '/lab')
    window.dispatchEvent(new PopStateEvent('popstate'))
  })
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: '問題' })
  await waitFor(() => expect(field.value).toMatch(question))
})

test('the example of the lab changes with the language', async () => {
  const { field, setLanguage } = await openLab('openai')
  expect(field.value).toMatch(/oceans/)
  await setLanguage('zh-TW')
  await waitFor(() => expect(field.value).toMatch(/海洋/))
})

test('a question in the lab stays as its user has typed it', async () => {
  const { user, field, setLanguage } = await openLab('openai')
  await user.clear(field)
  await user.type(field, 'Why?')
  await setLanguage('zh-TW')
  await screen.findByRole('heading', { name: '連線實驗室' })
  expect(field.value).toBe('Why?')
  await user.clear(field)
  expect(field.value).toBe('')
})

test('an answer in the lab can be stopped while the question is empty', async () => {
  const { user, field } = await openLab('openai')
  new FakeChatServer()
  const deleted = vi.fn(() => new HttpResponse(null, { status: 204 }))
  server.use(http.delete('/api/conversations/:id', deleted))
  await user.click(screen.getByRole('button', { name: 'Ask' }))
  const stop = await screen.findByRole<HTMLButtonElement>('button', { name: 'Stop generating' })
  await user.clear(field)
  expect(stop.disabled).toBe(false)
  // Leaving the lab deletes its chat.
  cleanup()
  await waitFor(() => expect(deleted).toHaveBeenCalledOnce())
})

test('the lab has its texts in a language that is chosen while it loads', async () => {
  serveModel('openai')
  await openPage('/lab')
  const { setLanguage } = await import('@/i18n')
  expect(screen.queryByRole('textbox', { name: 'Question' })).toBeNull()
  await setLanguage('zh-TW')
  await screen.findByRole('heading', { name: '連線實驗室' })
  expect(screen.getByRole('textbox', { name: '問題' })).toBeTruthy()
})
