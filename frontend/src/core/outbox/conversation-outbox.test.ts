import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ConversationOutbox } from '@/core/outbox/conversation-outbox'
import { enterUserStorage } from '@/lib/storage/user-storage'
import { useOutbox } from '@/stores/outbox'
import { refusal } from '@/test/frames'

const connector = { send: vi.fn(() => true), check: vi.fn() }
let outbox: ConversationOutbox

beforeEach(() => {
  vi.clearAllMocks()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  enterUserStorage('ann')
  useOutbox.setState({ items: [] })
  outbox = new ConversationOutbox('c1', connector)
  outbox.start()
  outbox.onConnected(null)
  outbox.add({ type: 'chat.message', content: 'First?' })
})

afterEach(() => {
  outbox.stop()
  vi.useRealTimers()
})

test('the connection is checked again and again while a message has no response', () => {
  vi.advanceTimersByTime(20_000)
  expect(connector.check).toHaveBeenCalledTimes(2)
})

test('a lost connection is not checked', () => {
  outbox.onDisconnected()
  vi.advanceTimersByTime(20_000)
  expect(connector.check).not.toHaveBeenCalled()
})

test('a message is sent again under the same id on the next connection, which is checked too', () => {
  outbox.onDisconnected()
  outbox.onConnected(null)
  const { command } = useOutbox.getState().items[0] ?? {}
  expect(connector.send.mock.calls).toEqual([[command], [command]])
  vi.advanceTimersByTime(10_000)
  expect(connector.check).toHaveBeenCalledOnce()
})

test('the connection is not checked after a refusal', () => {
  outbox.onRefused(refusal(useOutbox.getState().items[0]?.command.client_id ?? '', 'INVALID_MESSAGE'))
  vi.advanceTimersByTime(20_000)
  expect(connector.check).not.toHaveBeenCalled()
})
