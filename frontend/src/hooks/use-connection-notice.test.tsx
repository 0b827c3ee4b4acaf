import { act, renderHook } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { ConnectionState } from 'ai-chat-client'
import { useConnectionNotice } from '@/hooks/use-connection-notice'
import { useLive } from '@/stores/live'

beforeEach(() => {
  vi.useFakeTimers()
  useLive.setState({ connection: { kind: 'open' } })
})

function setConnection(connection: ConnectionState): void {
  act(() => useLive.setState({ connection }))
}

const drop = () => setConnection({ kind: 'waiting' })
const mend = () => setConnection({ kind: 'open' })

function wait(milliseconds: number): void {
  act(() => void vi.advanceTimersByTime(milliseconds))
}

function wake(): void {
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
}

test('a drop of less than two seconds shows no notice', () => {
  const { result } = renderHook(useConnectionNotice)
  drop()
  wait(1_900)
  mend()
  wait(10_000)
  expect(result.current).toBeNull()
})

test('a longer drop shows "lost", and "back" for a moment after the reconnect', () => {
  const { result } = renderHook(useConnectionNotice)
  drop()
  wait(2_100)
  expect(result.current).toBe('lost')
  mend()
  expect(result.current).toBe('back')
  wait(3_000)
  expect(result.current).toBeNull()
})

test('no notice appears for eight seconds after the page wakes, however long the connection was down', () => {
  const { result } = renderHook(useConnectionNotice)
  drop()
  // The page is hidden.
  wait(60_000)
  wake()
  expect(result.current).toBeNull()
  wait(7_900)
  expect(result.current).toBeNull()
  wait(200)
  expect(result.current).toBe('lost')
})

test('a connection that returns before "lost" was shown does not show "back"', () => {
  const { result } = renderHook(useConnectionNotice)
  drop()
  wait(60_000)
  wake()
  wait(4_000)
  mend()
  expect(result.current).toBeNull()
})
