import { onlineManager } from '@tanstack/react-query'
import { screen } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { afterEach, expect, test } from 'vitest'
import { setLanguage } from '@/i18n'
import { openPage, serve } from '@/test/app'
import { model } from '@/test/messages'
import { server } from '@/test/server'

afterEach(() => onlineManager.setOnline(true))

test('a page that opens without a network suggests questions too', async () => {
  serve({ conversations: [], messages: [] })
  onlineManager.setOnline(false)
  await openPage('/')
  expect(await screen.findByRole('button', { name: /recursion/ })).toBeTruthy()
})

test.each([
  ['a model of a service, in Chinese', 'openai', /遞迴/],
  ['the demo model, which knows English only, in English', 'embedded', /recursion/],
])('a Chinese page suggests questions to %s', async (_, provider, question) => {
  serve({ conversations: [], messages: [] })
  const models = [model('m', 'M', { provider })]
  server.use(http.get('/api/models', () => HttpResponse.json({ models, default: 'm' })))
  await openPage('/')
  await setLanguage('zh-TW')
  expect(await screen.findByRole('button', { name: question })).toBeTruthy()
})
