// @vitest-environment node
import { expect, test } from 'vitest'
import { kindOf } from './requests'

const ORIGIN = 'https://chat.example.org'

function asked(path: string, changes: Partial<Parameters<typeof kindOf>[0]> = {}, scope = '/') {
  const request = { method: 'GET', url: ORIGIN + path, mode: 'navigate', destination: 'document' }
  return kindOf({ ...request, ...changes }, ORIGIN + scope)
}

test.each(['/', '/c/0190?at=1', '/login', '/administration', '/api-keys'])('%s is a page', (path) => {
  expect(asked(path)).toBe('page')
})

test.each(['/assets/index-a1b2c3.js', '/assets/inter.woff2'])('%s is a file that never changes', (path) => {
  expect(asked(path, { mode: 'cors', destination: 'script' })).toBe('file')
})

test.each([
  '/api',
  '/api/docs',
  '/api/models',
  '/v1/models',
  '/ws/events/',
  '/admin/',
  '/static/admin/css/base.css',
])('%s is left to the server', (path) => {
  expect(asked(path)).toBeNull()
  expect(asked(path, { mode: 'cors', destination: '' })).toBeNull()
})

test('requests that post, are framed, or go to another origin or the manifest are left to the network', () => {
  expect(asked('/', { method: 'POST' })).toBeNull()
  expect(asked('/', { destination: 'iframe' })).toBeNull()
  expect(asked('/manifest.webmanifest', { mode: 'cors', destination: 'manifest' })).toBeNull()
  expect(asked('', { url: 'https://api.example.org/assets/a.js' })).toBeNull()
})

test('below a base path, only its own addresses are handled', () => {
  expect(asked('/chat/', {}, '/chat/')).toBe('page')
  expect(asked('/chat/c/0190', {}, '/chat/')).toBe('page')
  expect(asked('/chat/assets/a.js', {}, '/chat/')).toBe('file')
  for (const path of [
    '/',
    '/chatter',
    '/assets/a.js',
    '/chat/api/models',
    '/chat/admin/',
    '/chat/static/a.css',
  ])
    expect(asked(path, {}, '/chat/')).toBeNull()
})
