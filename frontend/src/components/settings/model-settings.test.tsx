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

/** Serves these services to an administrator; returns the changes, each with its method and the service. */
function serveServices(services: ModelService[]): [string, ModelServiceChange | null][] {
  const changes: [string, ModelServiceChange | null][] = []
  const list = () => ({ source: services.length ? 'screen' : 'none', services })
  const store = async (what: string, request: Request) => {
    const change = (await request.json()) as ModelServiceChange
    changes.push([what, change])
    return change
  }
  serve({ conversations: [], messages: [] })
  server.use(
    http.get('/api/auth/me', () =>
      HttpResponse.json({ id: 'u1', email: 'ann@example.com', username: 'ann', is_admin: true }),
    ),
    http.get('/api/models/services', () => HttpResponse.json(list())),
    http.post('/api/models/services', async ({ request }) => {
      const change = await store('POST', request)
      services.push({ ...SPARE, name: change.name ?? '', base_url: change.base_url })
      return HttpResponse.json(list(), { status: 201 })
    }),
    http.put('/api/models/services/:id', async ({ params, request }) => {
      await store(`PUT ${String(params['id'])}`, request)
      return HttpResponse.json(list())
    }),
    http.delete('/api/models/services/:id', ({ params }) => {
      changes.push([`DELETE ${String(params['id'])}`, null])
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
  return changes
}

describe('the model services', () => {
  it('are listed, and each can be tested', async () => {
    serveServices([MAIN, SPARE])
    const user = await openPage('/?settings=models')
    await user.click(await screen.findByRole('button', { name: 'Test Main AI' }))
    await screen.findByText('The service works. Chat models: 12.')
    await user.click(screen.getByRole('button', { name: 'Test Spare AI' }))
    expect((await screen.findByRole('alert')).textContent).toContain('The service rejected this key.')
  })

  it('are added with a name, an address and a key', async () => {
    const changes = serveServices([{ ...MAIN }])
    const user = await openPage('/?settings=models')
    await user.click(await screen.findByRole('button', { name: 'Add a model service' }))
    expect(screen.queryByRole('button', { name: 'Edit Spare AI' })).toBeNull()
    await user.type(screen.getByLabelText('Name (optional)'), 'Spare AI')
    await user.type(screen.getByLabelText('Address'), 'https://spare.example/v1')
    await user.type(screen.getByLabelText('API key'), 'sk-1')
    await user.click(screen.getByRole('button', { name: 'Test and save' }))
    await screen.findByRole('button', { name: 'Edit Spare AI' })
    const given = { name: 'Spare AI', base_url: 'https://spare.example/v1', api_key: 'sk-1' }
    expect(changes).toEqual([['POST', { ...given, models: [], limits: [] }]])
    expect(screen.queryByLabelText('Address')).toBeNull()
  })

  it('are changed, with limits of their models, and keep their keys', async () => {
    const changes = serveServices([
      MAIN,
      { ...SPARE, limits: [{ model: 'a', context_window: 8192, max_output: null }] },
    ])
    const user = await openPage('/?settings=models')
    await user.click(await screen.findByRole('button', { name: 'Edit Spare AI' }))
    expect(screen.getByLabelText<HTMLInputElement>('API key').value).toBe('')
    const limits = within(screen.getByRole('group', { name: 'Model limits (optional)' }))
    await user.type(limits.getByLabelText('Maximum answer length'), '2,048')
    await user.click(screen.getByRole('button', { name: 'Test and save' }))
    await waitFor(() => expect(changes).toHaveLength(1))
    const limit = { model: 'a', context_window: 8192, max_output: 2048 }
    const kept = { name: 'Spare AI', base_url: SPARE.base_url, models: [], limits: [limit] }
    expect(changes).toEqual([['PUT 2', kept]])
  })

  it('are removed one by one, and without any the form is open', async () => {
    const changes = serveServices([MAIN, SPARE])
    const user = await openPage('/?settings=models')
    await user.click(await screen.findByRole('button', { name: 'Remove Spare AI' }))
    expect(changes).toHaveLength(0)
    await user.keyboard('{Enter}')
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Edit Spare AI' })).toBeNull())
    expect(screen.queryByRole('button', { name: 'Edit Main AI' })).not.toBeNull()
    expect(screen.queryByLabelText('Address')).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Remove Main AI' }))
    expect(changes).toHaveLength(1)
    await user.keyboard('{Enter}')
    await screen.findByText('No model service is connected')
    expect(screen.queryByLabelText('Address')).not.toBeNull()
    expect(changes).toEqual([
      ['DELETE 2', null],
      ['DELETE 1', null],
    ])
  })
})
