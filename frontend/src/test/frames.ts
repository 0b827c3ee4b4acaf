/** Frames like the server's, for tests. */
import type { ServerFrame, StreamDelta } from 'ai-chat-client'
import { answer, question } from '@/test/messages'
import type { Message } from '@/types/api'

export function stream(
  id: string,
  content: string,
  from: number,
  change: Partial<StreamDelta> = {},
): ServerFrame {
  return { type: 'chat.stream', content, done: false, message_id: id, run: 1, seq: from + 1, from, ...change }
}

export function end(id: string, from: number, status: Message['status'] = 'complete'): ServerFrame {
  return {
    type: 'chat.stream',
    content: '',
    done: true,
    message_id: id,
    run: 1,
    seq: from + 1,
    from,
    status,
    finish_reason: 'stop',
    usage: null,
    context_dropped: 0,
    images_dropped: 0,
  }
}

export function accepted(clientId: string, text: string): ServerFrame {
  return {
    type: 'chat.accepted',
    kind: 'message',
    client_id: clientId,
    message: question('q2', 'a1', text),
    reply: answer('a2', 'q2', { content: '', seq: 0, status: 'pending' }),
    run: 1,
    revision: 2,
  }
}

export function refusal(clientId: string, code: string, retryAfter?: number): ServerFrame {
  const error = { type: 'chat.error', code, error: 'In English.', client_id: clientId } as const
  return retryAfter === undefined ? error : { ...error, retry_after: retryAfter }
}

/** The terminal `chat.error` of a run without text: the service is busy; `retryAfter` is in seconds. */
export function overloaded(id: string, run: number, retryAfter?: number): ServerFrame {
  return {
    type: 'chat.error',
    content: '',
    done: true,
    message_id: id,
    run,
    seq: run,
    from: run - 1,
    status: 'error',
    finish_reason: null,
    usage: null,
    context_dropped: 0,
    images_dropped: 0,
    code: 'AI_OVERLOADED',
    error: 'In English.',
    ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
  }
}
