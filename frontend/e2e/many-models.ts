/** 320 models of four services, as a server with aggregators lists them. */
import type { Page } from '@playwright/test'

interface ListedModel {
  id: string
  name: string
  context_window: number
  service: string
  available: boolean
  missing: string | null
}

const FAMILIES = [
  'claude-opus-4', 'claude-sonnet-4', 'command-r-plus', 'deepseek-chat', 'deepseek-reasoner',
  'devstral-medium', 'gemini-2.5-flash', 'gemini-2.5-pro', 'gemma-3-27b', 'gpt-4.1',
  'gpt-4.1-mini', 'gpt-4o', 'gpt-4o-mini', 'gpt-5', 'grok-4',
  'llama-3.3-70b', 'mistral-large', 'o4-mini', 'qwen3-235b', 'qwen3-coder',
] // prettier-ignore
const VERSIONS = ['', '-2026-03-01', '-2026-06-15', '-2026-09-30']
const SERVICES = ['OpenRouter', 'Mistral Café', '公司內部', 'Groq']
const RETIRED = 'gpt-4.1-mini-2026-03-01'

/** Answers with 320 models; the server's own is the default. */
export async function listManyModels(page: Page): Promise<void> {
  await page.route('**/api/models', async (route) => {
    const response = await route.fetch()
    const list = (await response.json()) as { models: ListedModel[]; default: string }
    const [own] = list.models
    if (!own) throw new Error('the server has no model')
    const models = SERVICES.flatMap((service, index) =>
      FAMILIES.flatMap((family) =>
        VERSIONS.map((version) => {
          const name = family + version
          const isRetired = name === RETIRED
          return {
            ...own,
            id: index === 0 ? name : `s${index}::${name}`,
            name,
            service,
            context_window: 128_000,
            available: !isRetired,
            missing: isRetired ? 'retired' : null,
          }
        }),
      ),
    )
    await route.fulfill({ response, json: { ...list, models: [own, ...models.slice(0, 319)] } })
  })
}
