import { afterEach, expect, test, vi } from 'vitest'
import { ConversationOutbox } from '@/core/outbox/conversation-outbox'
import { enterUserStorage } from '@/lib/storage/user-storage'
import { useOutbox } from '@/stores/outbox'
import { refusal } from '@/test/frames'

afterEach(() => void vi.useRealTimers())

test('the connection is checked again and again until the message has its response', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  enterUserStorage('ann')
  const connector = { send: vi.fn(() => true), check: vi.fn() }
  const outbox = new ConversationOutbox('c1', connector)
  outbox.start()
  outbox.onConnected(null)
  outbox.add({ type: 'chat.message', content: 'First?' })
  vi.advanceTimersByTime(20_000)
  expect(connector.check).toHaveBeenCalledTimes(2)
  outbox.onDisconnected()
  vi.advanceTimersByTime(20_000)
  expect(connector.check).toHaveBeenCalledTimes(2)
  // Sent again under the same id, and checked as often as before.
  outbox.onConnected(null)
  const { command } = useOutbox.getState().items[0] ?? {}
  expect(connector.send.mock.calls).toEqual([[command], [command]])
  vi.advanceTimersByTime(10_000)
  expect(connector.check).toHaveBeenCalledTimes(3)
  outbox.onRefused(refusal(command?.client_id ?? '', 'INVALID_MESSAGE'))
  vi.advanceTimersByTime(20_000)
  expect(connector.check).toHaveBeenCalledTimes(3)
  outbox.stop()
})
