// @vitest-environment node
import { expect, test } from 'vitest'
import { makeModelSearch } from '@/lib/models/model-search'
import { model } from '@/test/messages'

const MODELS = [
  model('gpt-4o', 'GPT-4o', { service: 'OpenRouter' }),
  model('cafe::gpt-4o', 'GPT-4o', { service: 'Mistral Café' }),
  model('own::breeze', '聯發科 Breeze', { service: '公司內部' }),
  model('cafe::o4', 'o4', { service: 'Mistral Café' }),
]
const search = makeModelSearch(MODELS)

test.each([
  ['', ['gpt-4o', 'cafe::gpt-4o', 'own::breeze', 'cafe::o4']],
  ['  ', ['gpt-4o', 'cafe::gpt-4o', 'own::breeze', 'cafe::o4']],
  ['4o router', ['gpt-4o']],
  ['router GPT', ['gpt-4o']],
  ['CAFÉ gpt', ['cafe::gpt-4o']],
  ['cafe', ['cafe::gpt-4o', 'cafe::o4']],
  ['gpt4o', ['gpt-4o', 'cafe::gpt-4o']],
  ['ＧＰＴ', ['gpt-4o', 'cafe::gpt-4o']],
  ['內部 breeze', ['own::breeze']],
  ['gpt claude', []],
])('the query %j finds %j', (query, ids) => {
  expect(search(query).map(({ id }) => id)).toEqual(ids)
})
