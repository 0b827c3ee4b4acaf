/** Stored entries may have any shape: none may stop the page from loading, and none is lost. */
import { beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest'
import { newItem } from '@/lib/outbox/outbox'

let warn: MockInstance<typeof console.warn>

beforeEach(() => {
  vi.resetModules()
  localStorage.setItem('session', 'ann')
  warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})

function item(id: string) {
  const command = { type: 'chat.message', client_id: `client-${id}`, content: `Text ${id}` } as const
  return newItem({ id, conversationId: 'c1', owner: 'ann', command })
}

describe('the outbox', () => {
  const loadOutbox = () => import('@/stores/outbox')

  test('sets a broken entry aside, warns once without its text, and keeps the others', async () => {
    localStorage.setItem('user:ann:outbox:1', JSON.stringify(item('1')))
    localStorage.setItem('user:ann:outbox:2', '{"content":"Secret"')
    localStorage.setItem('user:ann:outbox:3', JSON.stringify({ version: 2, ...item('3') }))
    const { putItem, useOutbox } = await loadOutbox()
    putItem(item('4'))
    expect(useOutbox.getState().items).toEqual([item('1'), item('3'), item('4')])
    expect(localStorage.getItem('user:ann:outbox:2')).toBeNull()
    expect(localStorage.getItem('set-aside:user:ann:outbox:2')).toBe('{"content":"Secret"')
    expect(warn.mock.calls).toHaveLength(1)
    expect(String(warn.mock.calls[0])).not.toContain('Secret')
  })

  test('stores items with a version', async () => {
    const { findItem, putItem } = await loadOutbox()
    putItem(item('1'))
    expect(JSON.parse(localStorage.getItem('user:ann:outbox:1') ?? '')).toEqual({ version: 2, ...item('1') })
    expect(findItem('1')).toEqual(item('1'))
  })

  test('leaves an entry of a later release unchanged', async () => {
    localStorage.setItem('user:ann:outbox:1', '{"version":3}')
    const { findItem, useOutbox } = await loadOutbox()
    expect(useOutbox.getState().items).toEqual([])
    expect(findItem('1')).toBeNull()
    expect(localStorage.getItem('user:ann:outbox:1')).toBe('{"version":3}')
  })

  test('sets aside an entry that another tab broke', async () => {
    const { putItem, useOutbox } = await loadOutbox()
    putItem(item('1'))
    localStorage.setItem('user:ann:outbox:1', 'broken')
    window.dispatchEvent(new StorageEvent('storage', { key: 'user:ann:outbox:1' }))
    expect(useOutbox.getState().items).toEqual([])
    expect(localStorage.getItem('set-aside:user:ann:outbox:1')).toBe('broken')
  })
})

const BROKEN = ['{', 'null', '5', '{}', '{"state":null,"version":0}', '{"state":{},"version":9}']

describe.each([
  ['preferences', '{"state":{"theme":"pink"},"version":0}'],
  ['user:ann:activity', '{"state":{"unread":null},"version":0}'],
  ['user:ann:waiting-edit', '{"state":{"editing":{"id":1}},"version":0}'],
])('the stored %s', (name, misfit) => {
  const storage = name === 'user:ann:waiting-edit' ? sessionStorage : localStorage

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

test('preferences stored by an earlier version apply; missing ones have their defaults', async () => {
  localStorage.setItem('preferences', '{"state":{"theme":"dark","textSize":"large"}}')
  const { usePreferences } = await import('@/stores/preferences')
  expect(usePreferences.getState()).toMatchObject({ theme: 'dark', textSize: 'large', sendKey: 'enter' })
})

describe('another user', () => {
  const enter = async () => {
    const storage = await import('@/lib/storage/user-storage')
    const { saveDraft } = await import('@/stores/drafts')
    const { putItem, useOutbox } = await import('@/stores/outbox')
    const { useActivity } = await import('@/stores/activity')
    const { useWaitingEdit } = await import('@/stores/waiting-edit')
    saveDraft('c1', 'Secret')
    putItem(item('1'))
    localStorage.setItem('set-aside:user:ann:outbox:2', 'Secret')
    localStorage.setItem('draft:new', 'Secret of an earlier version')
    useActivity.getState().addUnread('c1')
    const original = { original: 'Secret', originalAttachments: [] }
    useWaitingEdit.setState({
      editing: { id: '1', conversationId: 'c1', ...original, text: 'Secret', attachments: [] },
    })
    const shown = () => ({
      items: useOutbox.getState().items.length,
      unread: Object.keys(useActivity.getState().unread).length,
      editing: useWaitingEdit.getState().editing?.text,
    })
    return { ...storage, shown }
  }
  const kept = () =>
    [localStorage, sessionStorage].flatMap((area) => Object.entries(area) as [string, string][]).join()

  test('another user finds nothing, and the data of the first is removed', async () => {
    localStorage.setItem('preferences', '{"state":{"theme":"dark"}}')
    const { enterUserStorage, shown } = await enter()
    expect(shown()).toEqual({ items: 1, unread: 1, editing: 'Secret' })
    enterUserStorage('bob')
    expect(shown()).toEqual({ items: 0, unread: 0, editing: undefined })
    expect(kept()).not.toMatch(/ann|Secret/)
    expect(localStorage.getItem('preferences')).toContain('dark')
  })

  test('does not enter, so what was kept waits for its user', async () => {
    const { enterUserStorage, leaveUserStorage, shown } = await enter()
    leaveUserStorage()
    expect(shown()).toEqual({ items: 0, unread: 0, editing: undefined })
    enterUserStorage('ann')
    expect(shown()).toEqual({ items: 1, unread: 1, editing: 'Secret' })
  })

  test('cannot enter before everything is removed by signing out', async () => {
    const { clearUserStorage, shown } = await enter()
    clearUserStorage()
    expect(shown()).toEqual({ items: 0, unread: 0, editing: undefined })
    expect(kept()).not.toMatch(/ann|Secret/)
  })
})
