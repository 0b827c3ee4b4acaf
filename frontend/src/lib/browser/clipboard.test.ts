import { expect, test, vi } from 'vitest'
import { copyText } from '@/lib/browser/clipboard'

test('copying uses the clipboard API if the browser has one', async () => {
  const writeText = vi.fn(() => Promise.resolve())
  vi.stubGlobal('navigator', { clipboard: { writeText } })
  expect(await copyText('a < b')).toBe(true)
  expect(writeText).toHaveBeenCalledExactlyOnceWith('a < b')
})

test('copying falls back to a selection without the clipboard API, and restores the focus', async () => {
  vi.stubGlobal('navigator', {})
  const button = document.body.appendChild(document.createElement('button'))
  button.focus()
  let copied: string | undefined
  const execCommand = () => {
    copied = (document.activeElement as HTMLTextAreaElement).value
    return true
  }
  Object.assign(document, { execCommand })
  expect(await copyText('你好\n世界')).toBe(true)
  expect(copied).toBe('你好\n世界')
  expect(document.activeElement).toBe(button)
  expect(document.querySelector('textarea')).toBeNull()
  button.remove()
})

test('copying returns false when neither works', async () => {
  vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new Error('refused')) } })
  Object.assign(document, { execCommand: () => false })
  expect(await copyText('x')).toBe(false)
})
