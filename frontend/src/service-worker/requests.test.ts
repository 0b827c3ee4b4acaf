// @vitest-environment node
import { expect, test } from 'vitest'
import { classifyRequest } from './requests'

const ORIGIN = 'https://chat.example.org'

function classify(path: string, changes: Partial<Parameters<typeof classifyRequest>[0]> = {}, scope = '/') {
  const request = { method: 'GET', url: ORIGIN + path, mode: 'navigate', destination: 'document' }
  return classifyRequest({ ...request, ...changes }, ORIGIN + scope)
}

test.each(['/', '/c/0190?at=1', '/login', '/administration', '/api-keys'])('%s is a page', (path) => {
  expect(classify(path)).toBe('page')
})

test.each(['/assets/index-a1b2c3.js', '/assets/inter.woff2'])('%s is a file that never changes', (path) => {
  expect(classify(path, { mode: 'cors', destination: 'script' })).toBe('file')
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
  expect(classify(path)).toBeNull()
  expect(classify(path, { mode: 'cors', destination: '' })).toBeNull()
})

test('requests that post, are framed, or go to another origin or the manifest are left to the network', () => {
  expect(classify('/', { method: 'POST' })).toBeNull()
  expect(classify('/', { destination: 'iframe' })).toBeNull()
  expect(classify('/manifest.webmanifest', { mode: 'cors', destination: 'manifest' })).toBeNull()
  expect(classify('', { url: 'https://api.example.org/assets/a.js' })).toBeNull()
})

test('below a base path, only its own URLs are handled', () => {
  expect(classify('/chat/', {}, '/chat/')).toBe('page')
  expect(classify('/chat/c/0190', {}, '/chat/')).toBe('page')
  expect(classify('/chat/assets/a.js', {}, '/chat/')).toBe('file')
  for (const path of [
    '/',
    '/chatter',
    '/assets/a.js',
    '/chat/api/models',
    '/chat/admin/',
    '/chat/static/a.css',
  ])
    expect(classify(path, {}, '/chat/')).toBeNull()
})
