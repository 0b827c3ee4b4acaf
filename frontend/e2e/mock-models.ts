/** Mock lists for the screenshots: models, of which two end soon, and model services. */
import type { Page } from '@playwright/test'
import type { Model, ModelList } from '@/types/api'

const DAY_MS = 86_400_000

/** Replaces the list of models; the server's own one, which answers, is the default and has this name. */
export async function mockModels(page: Page, own: Partial<Model> & { name: string }): Promise<void> {
  await page.unroute('**/api/models')
  await page.route('**/api/models', async (route) => {
    const response = await route.fetch()
    const list = (await response.json()) as ModelList
    const first = list.models.find(({ id }) => id === list.default)
    if (!first) throw new Error('the server has no model')
    const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)
    const other = (id: string, changes: Partial<Model>): Model => ({
      ...first,
      id,
      name: id,
      service: 'OpenAI',
      context_window: 1_050_000,
      ...changes,
    })
    const models = [
      { ...first, service: 'OpenAI', ...own },
      other('gpt-5.4', {}),
      other('gpt-4o', { context_window: 128_000, shutdown_date: inDays(12), successor: 'gpt-5.4' }),
      other('s2::mistral-small', {
        name: 'mistral-small',
        service: 'Mistral',
        context_window: 128_000,
        shutdown_date: inDays(26),
      }),
    ]
    await route.fulfill({ response, json: { ...list, models } })
  })
}

/** Replaces the model services with those of a company that uses two and its own. */
export async function mockServices(page: Page): Promise<void> {
  const service = (id: number, name: string, base_url: string, key_end: string) => ({
    source: 'screen',
    id,
    name,
    prefix: id === 1 ? '' : `s${id}::`,
    base_url,
    has_key: key_end !== '',
    key_end,
    is_key_lost: false,
    models: [],
    limits: [],
    changed_at: null,
  })
  const services = [
    service(1, 'OpenAI', 'https://api.openai.com/v1', '3kQw'),
    service(2, 'Mistral', 'https://api.mistral.ai/v1', 'x81f'),
    service(3, 'vLLM', 'http://models.internal:8000/v1', ''),
  ]
  await page.route('**/api/models/services', (route) =>
    route.fulfill({ json: { source: 'screen', services } }),
  )
}
