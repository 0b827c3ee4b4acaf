import { screen } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { setLanguage } from '@/i18n'
import { openPage, serve } from '@/test/app'
import { model } from '@/test/messages'
import { server } from '@/test/server'

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
