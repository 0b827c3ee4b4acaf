import { screen, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test } from 'vitest'
import { composer, openPage } from '@/test/app'
import { serveChatWithModel } from '@/test/chats'
import { model } from '@/test/messages'
import { server } from '@/test/server'

const MODELS = [model('plain', 'Plain'), model('thinker', 'Thinker', { efforts: ['low', 'high'] })]

let changes: unknown[]

beforeEach(() => {
  changes = serveChatWithModel('thinker')
  server.use(http.get('/api/models', () => HttpResponse.json({ models: MODELS, default: 'plain' })))
})

describe('the effort picker', () => {
  test('offers the efforts of the model and saves the chosen one', async () => {
    const user = await openPage('/c/c1')
    await user.click(await screen.findByRole('button', { name: 'Reasoning effort: Default' }))
    const offered = await screen.findAllByRole('menuitemradio')
    expect(offered.map(({ textContent }) => textContent)).toEqual(['Default', 'Low', 'High'])
    await user.click(screen.getByRole('menuitemradio', { name: 'High' }))
    expect(await screen.findByRole('button', { name: 'Reasoning effort: High' })).toBeTruthy()
    await waitFor(() => expect(changes).toEqual([{ reasoning_effort: 'high' }]))
  })

  test('is hidden for a model that takes no effort', async () => {
    await openPage('/')
    await composer()
    await screen.findByRole('button', { name: /Plain/ })
    expect(screen.queryByRole('button', { name: /^Reasoning effort/ })).toBeNull()
  })
})
