import { act, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WaitingLine } from '@/components/chat/message/waiting-line'
import { startI18n } from '@/i18n'
import { useLive } from '@/stores/live'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  useLive.getState().clear()
})

function wait(milliseconds: number): void {
  act(() => void vi.advanceTimersByTime(milliseconds))
}

function receive(messageId: string, seconds: number): void {
  act(() => useLive.getState().setWait(messageId, seconds))
}

test('the waiting line counts the seconds after five of them', async () => {
  await startI18n('en')
  render(<WaitingLine messageId="a1" />)
  wait(4_900)
  expect(screen.getByText('Thinking…')).toBeTruthy()
  wait(200)
  expect(screen.getByText('Waiting for the model · 5 s')).toBeTruthy()
  wait(7_000)
  expect(screen.getByText('Waiting for the model · 12 s')).toBeTruthy()
})

test('the waiting line says that the service is alive while the server says so', async () => {
  await startI18n('zh-TW')
  render(<WaitingLine messageId="a1" />)
  receive('another', 60)
  expect(screen.getByText('思考中…')).toBeTruthy()
  receive('a1', 30)
  expect(screen.getByText('等候模型回應 · 30 秒')).toBeTruthy()
  expect(screen.getByText('服務仍有回應')).toBeTruthy()
  wait(21_000)
  expect(screen.getByText('等候模型回應 · 51 秒')).toBeTruthy()
  expect(screen.queryByText('服務仍有回應')).toBeNull()
})

test('the waiting line does not claim to wait for the model before the server has the question', async () => {
  await startI18n('en')
  render(<WaitingLine />)
  wait(4_900)
  expect(screen.getByText('Thinking…')).toBeTruthy()
  wait(7_000)
  expect(document.body.textContent).toBe('')
})
