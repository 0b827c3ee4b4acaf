import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { composer, openPage } from '@/test/app'
import { listModels, serveChatWithModel } from '@/test/chats'
import { model } from '@/test/messages'

const manyModels = (count: number) =>
  Array.from({ length: count }, (_, index) => model(`m${index}`, `Model ${index}`))

let changes: unknown[]

beforeEach(() => {
  changes = serveChatWithModel('m0')
})

async function openSearch(name = 'Model: Model 0') {
  const user = await openPage('/c/c1')
  await composer()
  await user.click(await screen.findByRole('button', { name }))
  return { user, field: await screen.findByRole('combobox', { name: 'Find a model' }) }
}

test('eight models are a menu', async () => {
  listModels(...manyModels(8))
  const user = await openPage('/c/c1')
  await user.click(await screen.findByRole('button', { name: 'Model: Model 0' }))
  expect(await screen.findAllByRole('menuitemradio')).toHaveLength(8)
})

test('nine models have a search in place of the menu', async () => {
  listModels(...manyModels(9))
  await openSearch()
  expect(screen.queryByRole('menu')).toBeNull()
})

test('the chosen model is saved, and stays on top for its user after a reload', async () => {
  listModels(...manyModels(40))
  const { user, field } = await openSearch()
  await user.type(field, '39{Enter}')
  await waitFor(() => expect(changes).toEqual([{ model: 'm39' }]))
  const kept = Object.keys(localStorage).filter((key) => key.includes('recent-models'))
  expect(kept).toEqual([expect.stringMatching(/^user:\w+:recent-models$/)])
  await openSearch()
  const recent = screen.getByRole('group', { name: 'Current and recent' })
  const options = within(recent).getAllByRole('option')
  expect(options.map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/^Model 0OpenAI/),
    expect.stringMatching(/^Model 39OpenAI/),
  ])
})

test('a model that is found is listed once, the recent ones first', async () => {
  listModels(...manyModels(40))
  const { user, field } = await openSearch()
  await user.type(field, '3')
  const names = screen
    .getAllByRole('option')
    .map(({ textContent }) => /^Model \d+(?=8K)/.exec(textContent)?.[0])
  const found = [3, 13, 23, ...Array.from({ length: 10 }, (_, at) => 30 + at)]
  expect(names).toEqual(found.map((id) => `Model ${id}`))
  await user.clear(field)
  await user.type(field, '0')
  const ids = screen.getAllByRole('option').map(({ id }) => id)
  expect(ids[0]).toMatch(/recent-m0$/)
  expect(ids.filter((id) => id.endsWith('-m0'))).toHaveLength(1)
})

test('models of one name are told apart by their services', async () => {
  listModels(...manyModels(9), model('other::m0', 'Model 0', { service: 'Other' }))
  const { user } = await openSearch('Model: Model 0 · OpenAI')
  await user.click(within(screen.getByRole('group', { name: 'Other' })).getByRole('option'))
  await waitFor(() => expect(changes).toEqual([{ model: 'other::m0' }]))
})
