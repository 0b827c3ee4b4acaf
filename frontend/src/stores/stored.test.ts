/** Stored entries may have any shape: none may stop the page from loading, and none is lost. */
import { beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest'
import { newItem } from '@/lib/outbox'

let warn: MockInstance<typeof console.warn>

beforeEach(() => {
  vi.resetModules()
  warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})

function item(id: string) {
  const command = { type: 'chat.message', client_id: `client-${id}`, content: `Text ${id}` } as const
  return newItem({ id, conversationId: 'c1', owner: 'ann', command })
}

describe('the outbox', () => {
  const loadOutbox = () => import('@/stores/outbox')

  test('sets a broken entry aside, warns once without its text, and keeps the others', async () => {
    localStorage.setItem('outbox:1', JSON.stringify(item('1')))
    localStorage.setItem('outbox:2', '{"content":"Secret"')
    localStorage.setItem('outbox:3', JSON.stringify({ version: 1, ...item('3') }))
    const { putItem, useOutbox } = await loadOutbox()
    putItem(item('4'))
    expect(useOutbox.getState().items).toEqual([item('1'), item('3'), item('4')])
    expect(localStorage.getItem('outbox:2')).toBeNull()
    expect(localStorage.getItem('set-aside:outbox:2')).toBe('{"content":"Secret"')
    expect(warn.mock.calls).toHaveLength(1)
    expect(String(warn.mock.calls[0])).not.toContain('Secret')
  })

  test('stores items with a version', async () => {
    const { findItem, putItem } = await loadOutbox()
    putItem(item('1'))
    expect(JSON.parse(localStorage.getItem('outbox:1') ?? '')).toEqual({ version: 1, ...item('1') })
    expect(findItem('1')).toEqual(item('1'))
  })

  test('leaves an entry of a later release unchanged', async () => {
    localStorage.setItem('outbox:1', '{"version":2}')
    const { findItem, useOutbox } = await loadOutbox()
    expect(useOutbox.getState().items).toEqual([])
    expect(findItem('1')).toBeNull()
    expect(localStorage.getItem('outbox:1')).toBe('{"version":2}')
  })

  test('sets aside an entry that another tab broke', async () => {
    const { putItem, useOutbox } = await loadOutbox()
    putItem(item('1'))
    localStorage.setItem('outbox:1', 'broken')
    window.dispatchEvent(new StorageEvent('storage', { key: 'outbox:1' }))
    expect(useOutbox.getState().items).toEqual([])
    expect(localStorage.getItem('set-aside:outbox:1')).toBe('broken')
  })

  test('is cleared together with entries set aside, which may hold text of the previous user', async () => {
    localStorage.setItem('outbox:1', 'broken')
    const { clearOutbox } = await loadOutbox()
    clearOutbox()
    expect(Object.keys(localStorage)).toEqual([])
  })
})

const BROKEN = ['{', 'null', '5', '{}', '{"state":null,"version":0}', '{"state":{},"version":9}']

describe.each([
  ['preferences', '{"state":{"theme":"pink"},"version":0}'],
  ['activity', '{"state":{"unread":null},"version":0}'],
  ['waiting-edit', '{"state":{"editing":{"id":1}},"version":0}'],
])('the stored %s', (name, misfit) => {
  const storage = name === 'waiting-edit' ? sessionStorage : localStorage

  async function load(): Promise<object> {
    const { usePreferences } = await import('@/stores/preferences')
    const { useActivity } = await import('@/stores/activity')
    const { useWaitingEdit } = await import('@/stores/waiting-edit')
    return {
      preferences: usePreferences.getState(),
      activity: useActivity.getState(),
      'waiting-edit': useWaitingEdit.getState(),
    }
  }

  test.each([...BROKEN, misfit])('with the value %s is set aside, and the defaults apply', async (stored) => {
    const defaults = JSON.stringify(await load())
    vi.resetModules()
    storage.setItem(name, stored)
    expect(JSON.stringify(await load())).toBe(defaults)
    expect(storage.getItem(`set-aside:${name}`)).toBe(stored)
  })
})

test('preferences stored by an earlier release apply; missing ones have their defaults', async () => {
  localStorage.setItem('preferences', '{"state":{"theme":"dark","textSize":"large"}}')
  const { usePreferences } = await import('@/stores/preferences')
  expect(usePreferences.getState()).toMatchObject({ theme: 'dark', textSize: 'large', sendKey: 'enter' })
})
