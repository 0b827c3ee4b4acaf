import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { composer, openPage } from '@/test/app'
import { listModels, serveChatWithModel, signInAsAdministrator } from '@/test/chats'
import { model } from '@/test/messages'
import { server } from '@/test/server'
import type { Model } from '@/types/api'

const NEW = model('new', 'New')
const OTHER = model('other', 'Other')
const OLD = model('old', 'Old')

let changes: unknown[]

function listRetiring(...models: Model[]): void {
  server.use(http.get('/api/models/ending', () => HttpResponse.json({ models })))
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}

beforeEach(() => {
  changes = serveChatWithModel('old')
})

describe('a chat whose model is retired', () => {
  test('switches to the successor with one click', async () => {
    listModels(OTHER, NEW, { ...OLD, available: false, missing: 'retired', successor: 'new' })
    const user = await openPage('/c/c1')
    expect(await screen.findByText('The model service no longer offers Old.')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Switch to New' }))
    await waitFor(() => expect(changes).toEqual([{ model: 'new' }]))
    await waitFor(() => expect(screen.queryByText('The model service no longer offers Old.')).toBeNull())
  })

  test.each([
    ['it names no successor', [OTHER, NEW, { ...OLD, available: false, missing: 'retired' } as const]],
    ['it is not listed', [OTHER, NEW]],
  ])('offers the default model when %s', async (_, models) => {
    listModels(...models)
    await openPage('/c/c1')
    expect(await screen.findByRole('button', { name: 'Switch to Other' })).toBeTruthy()
  })
})

describe('a model that is retired within 30 days', () => {
  beforeEach(() => {
    vi.stubEnv('TZ', 'America/Los_Angeles') // Midnight in UTC belongs to the day before.
    vi.setSystemTime('2027-01-11T20:00:00Z')
  })

  test('is announced to administrators', async () => {
    signInAsAdministrator()
    listModels(OTHER, { ...OLD, shutdown_date: inDays(20), successor: 'other' })
    await openPage('/c/c1')
    expect(await screen.findByText('The model service will retire Old on Jan 31, 2027.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Switch to Other' })).toBeTruthy()
  })

  test('is announced with the others, which the settings list by date', async () => {
    signInAsAdministrator()
    server.use(http.get('/api/models/services', () => HttpResponse.json({ source: 'screen', services: [] })))
    const soon = { ...NEW, id: 'soon', name: 'Soon', shutdown_date: inDays(3) }
    const gone: Model = {
      ...NEW,
      id: 'gone',
      name: 'Gone',
      available: false,
      missing: 'retired',
      shutdown_date: inDays(-3),
    }
    const late = { ...NEW, id: 'late', name: 'Late', shutdown_date: inDays(40) }
    listModels(OTHER, { ...OLD, shutdown_date: inDays(20), successor: 'other' }, soon, gone, late)
    listRetiring(soon, { ...OLD, shutdown_date: inDays(20) })
    const user = await openPage('/c/c1')
    await user.click(await screen.findByRole('button', { name: '1 more model will be retired soon' }))
    const retiring = await screen.findByRole('region', { name: 'Models retiring soon' })
    const [first, second, ...more] = within(retiring).getAllByRole('listitem')
    expect(first?.textContent).toBe('SoonOpenAI · Jan 14, 2027')
    expect(second?.textContent).toBe('OldOpenAI · Jan 31, 2027 · Replaced by Other')
    expect(more).toEqual([])
  })

  test('is announced where a chat begins if others use it', async () => {
    signInAsAdministrator()
    server.use(http.get('/api/models/services', () => HttpResponse.json({ source: 'screen', services: [] })))
    const soon = { ...NEW, id: 'soon', name: 'Soon', shutdown_date: inDays(3) }
    listModels(OTHER, soon)
    listRetiring(soon)
    const user = await openPage('/')
    expect(
      await screen.findByText(/will retire models that are in use: Soon on Jan 14, 2027\.$/),
    ).toBeTruthy()
    expect(screen.queryByRole('button', { name: /Switch to/ })).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Show models' }))
    expect(await screen.findByRole('region', { name: 'Models retiring soon' })).toBeTruthy()
  })

  test.each([
    ['to users who are not administrators', false, [{ ...NEW, id: 'soon', shutdown_date: inDays(3) }]],
    ['if it is not in use', true, []],
  ])('is not announced where a chat begins %s', async (_, isAdministrator, retiring) => {
    if (isAdministrator) signInAsAdministrator()
    listModels(OTHER, { ...NEW, id: 'soon', name: 'Soon', shutdown_date: inDays(3) })
    listRetiring(...retiring)
    await openPage('/')
    await composer()
    await screen.findByRole('button', { name: /Other/ })
    expect(screen.queryByText(/will retire/)).toBeNull()
  })

  test.each([
    ['to users who are not administrators', false, 20],
    ['to administrators any earlier', true, 40],
  ])('is not announced %s', async (_, isAdministrator, days) => {
    if (isAdministrator) signInAsAdministrator()
    listModels(OTHER, { ...OLD, shutdown_date: inDays(days) })
    await openPage('/c/c1')
    await composer()
    await screen.findByRole('button', { name: /Old/ })
    expect(screen.queryByText(/will retire/)).toBeNull()
  })
})
