import { screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, test } from 'vitest'
import { composer, openPage } from '@/test/app'
import { listModels, serveChatWithModel } from '@/test/chats'
import { model } from '@/test/messages'

let changes: unknown[]

beforeEach(() => {
  changes = serveChatWithModel('thinker')
  listModels(model('plain', 'Plain'), model('thinker', 'Thinker', { efforts: ['low', 'high'] }))
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
