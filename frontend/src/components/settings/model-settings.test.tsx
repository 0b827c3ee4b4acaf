import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import { openPage, serve } from '@/test/app'
import { server } from '@/test/server'
import type { ModelService, ModelServiceChange } from '@/types/api'

const MAIN: ModelService = {
  source: 'screen',
  id: 1,
  name: 'Main AI',
  prefix: '',
  base_url: 'https://main.example/v1',
  has_key: true,
  key_end: 'ghij',
  is_key_lost: false,
  models: [],
  limits: [],
  changed_at: '2026-11-28T12:00:00Z',
}
const SPARE: ModelService = {
  ...MAIN,
  id: 2,
  name: 'Spare AI',
  prefix: 'spare-ai::',
  base_url: 'https://spare.example/v1',
}

/** Serves these services to an administrator; returns the bodies of the changes. */
function serveServices(services: ModelService[]): ModelServiceChange[] {
  const asked: ModelServiceChange[] = []
  const list = () => ({ source: services.length ? 'screen' : 'none', services })
  const store = async (request: Request) => {
    const change = (await request.json()) as ModelServiceChange
    asked.push(change)
    return change
  }
  serve({ conversations: [], messages: [] })
  server.use(
    http.get('/api/auth/me', () =>
      HttpResponse.json({ id: 'u1', email: 'ann@example.com', username: 'ann', is_admin: true }),
    ),
    http.get('/api/models/services', () => HttpResponse.json(list())),
    http.post('/api/models/services', async ({ request }) => {
      const change = await store(request)
      services.push({ ...SPARE, name: change.name ?? '', base_url: change.base_url })
      return HttpResponse.json(list(), { status: 201 })
    }),
    http.put('/api/models/services/:id', async ({ request }) => {
      await store(request)
      return HttpResponse.json(list())
    }),
    http.delete('/api/models/services/:id', ({ params }) => {
      services.splice(
        services.findIndex(({ id }) => String(id) === params['id']),
        1,
      )
      return HttpResponse.json(list())
    }),
    http.post('/api/models/services/:id/test', ({ params }) =>
      params['id'] === '1'
        ? HttpResponse.json({ models: 12 })
        : HttpResponse.json({ error: 'No.', code: 'MODEL_SERVICE_KEY_REFUSED' }, { status: 400 }),
    ),
  )
  return asked
}

describe('the model services', () => {
  it('are listed, and each can be tested', async () => {
    serveServices([MAIN, SPARE])
    const user = await openPage('/?settings=models')
    await user.click(await screen.findByRole('button', { name: 'Test Main AI' }))
    await screen.findByText('Works: it has 12 chat models.')
    await user.click(screen.getByRole('button', { name: 'Test Spare AI' }))
    expect((await screen.findByRole('alert')).textContent).toContain('The service rejected this key.')
  })

  it('are added with a name, an address and a key', async () => {
    const asked = serveServices([{ ...MAIN }])
    const user = await openPage('/?settings=models')
    await user.click(await screen.findByRole('button', { name: 'Add a model service' }))
    await user.type(screen.getByLabelText('Name (optional)'), 'Spare AI')
    await user.type(screen.getByLabelText('Address'), 'https://spare.example/v1')
    await user.type(screen.getByLabelText('API key'), 'sk-1')
    await user.click(screen.getByRole('button', { name: 'Test and save' }))
    await screen.findByRole('button', { name: 'Edit Spare AI' })
    expect(asked).toEqual([
      { name: 'Spare AI', base_url: 'https://spare.example/v1', api_key: 'sk-1', models: [], limits: [] },
    ])
  })

  it('are changed, with limits of their models, and keep their keys', async () => {
    const asked = serveServices([
      { ...MAIN, limits: [{ model: 'a', context_window: 8192, max_output: null }] },
    ])
    const user = await openPage('/?settings=models')
    await user.click(await screen.findByRole('button', { name: 'Edit Main AI' }))
    const limits = within(screen.getByRole('group', { name: 'Limits of models (optional)' }))
    await user.type(limits.getByLabelText('Longest answer'), '2,048')
    await user.click(screen.getByRole('button', { name: 'Test and save' }))
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(asked[0]).toEqual({
      name: 'Main AI',
      base_url: MAIN.base_url,
      models: [],
      limits: [{ model: 'a', context_window: 8192, max_output: 2048 }],
    })
  })

  it('are removed one by one, and without any the form is open', async () => {
    serveServices([{ ...MAIN }])
    const user = await openPage('/?settings=models')
    await user.click(await screen.findByRole('button', { name: 'Disconnect Main AI' }))
    await screen.findByText('No model service is connected')
    expect(screen.getByLabelText('Address')).toBeDefined()
  })
})
