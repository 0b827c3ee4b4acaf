import { screen, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import { model } from '@/test/messages'
import { server } from '@/test/server'

async function openLab(provider: string) {
  serve({ conversations: [], messages: [] })
  const models = [model('m', 'M', { provider })]
  server.use(http.get('/api/models', () => HttpResponse.json({ models, default: 'm' })))
  const user = await openPage('/lab')
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Question' })
  const { setLanguage } = await import('@/i18n')
  return { user, field, setLanguage }
}

test.each([
  ['a model of a service, in Chinese', 'openai', /海洋/],
  ['the demo model, which knows English only, in English', 'embedded', /oceans/],
])('the lab in Chinese suggests a question to %s', async (_, provider, question) => {
  const { field, setLanguage } = await openLab(provider)
  await setLanguage('zh-TW')
  await screen.findByRole('heading', { name: '連線實驗室' })
  await waitFor(() => expect(field.value).toMatch(question))
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
  server.use(http.delete('/api/conversations/:id', () => new HttpResponse(null, { status: 204 })))
  await waitFor(() => expect(field.value).not.toBe(''))
  await user.click(screen.getByRole('button', { name: 'Ask' }))
  const stop = await screen.findByRole<HTMLButtonElement>('button', { name: 'Stop answering' })
  await user.clear(field)
  expect(stop.disabled).toBe(false)
})
