import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const meta = document.createElement('meta')
meta.name = 'base-path'

beforeEach(() => {
  vi.resetModules()
  localStorage.clear()
})

afterEach(() => meta.remove())

/** Modules as in a page of this base path. */
async function open(path: string) {
  meta.content = path
  document.head.append(meta)
  vi.resetModules()
  return {
    ...(await import('@/lib/storage/storage')),
    ...(await import('@/lib/storage/user-storage')),
    ...(await import('@/api/base-urls')),
  }
}

test.each(['/chat/', '/'])('URLs of the server are below the base path %s', async (path) => {
  const { apiUrl, socketUrl, programsUrl } = await open(path)
  expect(apiUrl('/models')).toBe(`${path}api/models`)
  expect(socketUrl('/ws/events/')).toBe(`ws://localhost:3000${path}ws/events/`)
  expect(programsUrl()).toBe(`http://localhost:3000${path}v1`)
})

test('servers of one host keep apart what they store, and sign out alone', async () => {
  const root = await open('/')
  root.enterUserStorage('ann')
  root.writeUserStored('draft:new', 'Of the root')
  const below = await open('/chat/')
  expect(below.rememberedUser()).toBeNull()
  below.enterUserStorage('bob')
  below.writeUserStored('draft:new', 'Below')
  expect(localStorage.getItem('/chat:user:bob:draft:new')).toBe('Below')
  expect(below.userStoredNames('')).toEqual(['draft:new'])
  root.clearUserStorage()
  expect(localStorage.getItem('user:ann:draft:new')).toBeNull()
  expect(below.readUserStored('draft:new')).toBe('Below')
  below.clearUserStorage()
  expect(Object.keys(localStorage)).toEqual([])
})

test('changes of other tabs reach the pages of the same server only', async () => {
  const received: (string | null)[] = []
  const below = await open('/chat/')
  below.followStored((key) => received.push(key))
  for (const key of ['session', '/chat:session', '/chat/b:session', null])
    window.dispatchEvent(new StorageEvent('storage', { key }))
  expect(received).toEqual(['session', null])
})
