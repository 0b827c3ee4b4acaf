import { act, renderHook } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { useToday } from '@/hooks/use-today'

test('the day changes at midnight in a page that stays open', () => {
  vi.useFakeTimers({ now: new Date(2026, 4, 20, 23, 59, 58) })
  const { result } = renderHook(() => useToday())
  expect(result.current).toBe(new Date(2026, 4, 20).toDateString())
  act(() => void vi.advanceTimersByTime(3_000))
  expect(result.current).toBe(new Date(2026, 4, 21).toDateString())
})

test('the day is checked when a page is shown again after the machine slept', () => {
  vi.useFakeTimers({ now: new Date(2026, 4, 20, 12) })
  const { result } = renderHook(() => useToday())
  vi.setSystemTime(new Date(2026, 4, 22, 8))
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
  expect(result.current).toBe(new Date(2026, 4, 22).toDateString())
})
