import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'
import { openPage, serve } from '@/test/app'
import { signInAsAdministrator } from '@/test/chats'
import { errorResponse, server } from '@/test/server'
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
  serve({ conversations: [], messages: [] })
  signInAsAdministrator()
  server.use(
    http.get('/api/models/services', () => HttpResponse.json(list())),
    http.put('/api/models/services/:id', async ({ params, request }) => {
      changes.push([`PUT ${String(params['id'])}`, (await request.json()) as ModelServiceChange])
      return HttpResponse.json(list())
    }),
    http.delete('/api/models/services/:id', ({ params }) => {
      changes.push([`DELETE ${String(params['id'])}`, null])
      services = services.filter(({ id }) => String(id) !== params['id'])
      return HttpResponse.json(list())
    }),
    http.post('/api/models/services/:id/test', ({ params }) =>
      params['id'] === '1'
        ? HttpResponse.json({ models: 12 })
        : errorResponse(400, 'MODEL_SERVICE_KEY_REFUSED'),
    ),
  )
  return changes
}

describe('the model services', () => {
  test('are listed, and each can be tested', async () => {
    serveServices([MAIN, SPARE])
    const user = await openPage('/?settings=models')
    await user.click(await screen.findByRole('button', { name: 'Test Main AI' }))
    await screen.findByText('The service works and has 12 chat models.')
    await user.click(screen.getByRole('button', { name: 'Test Spare AI' }))
    expect((await screen.findByRole('alert')).textContent).toContain('The service rejected this key.')
  })

  test('are changed, with limits of their models, and keep their keys', async () => {
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

  test('are removed one by one, and without any the form is open', async () => {
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
