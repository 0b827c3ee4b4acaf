import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { setLanguage } from '@/i18n'
import { openPage, serve } from '@/test/app'
import { listModels } from '@/test/chats'
import { model } from '@/test/messages'

test.each([
  ['a model of a service, in Chinese', 'openai', /遞迴/],
  ['the demo model, which knows English only, in English', 'embedded', /recursion/],
])('a Chinese page suggests questions to %s', async (_, provider, question) => {
  serve({ conversations: [], messages: [] })
  listModels(model('m', 'M', { provider }))
  await openPage('/')
  await setLanguage('zh-TW')
  expect(await screen.findByRole('button', { name: question })).toBeTruthy()
})
