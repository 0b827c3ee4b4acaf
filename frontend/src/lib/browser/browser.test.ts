/** Features that must also work where the browser withholds an API: over plain http from another machine. */
import { describe, expect, test, vi } from 'vitest'
import { createUuid } from 'ai-chat-client'
import { copyText } from '@/lib/browser/clipboard'
import { runExclusively } from '@/lib/browser/exclusive'
import { readStored, writeStored } from '@/lib/storage/storage'

describe('a UUID', () => {
  test('has version 7 and needs no secure context', () => {
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    const id = createUuid(Date.UTC(2026, 0, 2))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(Date.UTC(2026, 0, 2))
  })

  test('is different each time', () => {
    expect(new Set(Array.from({ length: 500 }, () => createUuid(0))).size).toBe(500)
  })
})

describe('copying', () => {
  test('uses the clipboard API if the browser has one', async () => {
    const writeText = vi.fn(() => Promise.resolve())
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    expect(await copyText('a < b')).toBe(true)
    expect(writeText).toHaveBeenCalledExactlyOnceWith('a < b')
  })

  test('falls back to a selection without the clipboard API, and restores the focus', async () => {
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

  test('returns false when neither works', async () => {
    vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new Error('refused')) } })
    Object.assign(document, { execCommand: () => false })
    expect(await copyText('x')).toBe(false)
  })
})

describe('an exclusive task', () => {
  test('runs without the locks API', async () => {
    vi.stubGlobal('navigator', {})
    expect(await runExclusively('x', () => Promise.resolve(7))).toBe(7)
  })
})

describe('storage', () => {
  test('reads null and ignores writes when the browser’s storage throws', () => {
    vi.stubGlobal('localStorage', {
      getItem: () => {
        throw new Error('off')
      },
      setItem: () => {
        throw new Error('full')
      },
    })
    writeStored('a', 'b')
    expect(readStored('a')).toBeNull()
  })
})
