import { act, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WaitingLine } from '@/components/chat/message/waiting-line'
import { startI18n } from '@/i18n'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => vi.useRealTimers())

function wait(milliseconds: number): void {
  act(() => {
    vi.advanceTimersByTime(milliseconds)
  })
}

test('the waiting line changes to "Still waiting for the model…" after nine seconds', async () => {
  await startI18n('en')
  render(<WaitingLine />)
  wait(8_900)
  expect(screen.getByText('Thinking…')).toBeTruthy()
  wait(200)
  expect(screen.getByText('Still waiting for the model…')).toBeTruthy()
})
