/** Frames like the server's, for tests. */
import type { ErrorFrame, FailedEnd, ServerFrame, StreamDelta } from '../frames.gen.js'

/** The last frame of a run that has neither text nor tokens. */
const TERMINAL = { content: '', done: true, usage: null, context_dropped: 0, images_dropped: 0 } as const

export function stream(
  id: string,
  content: string,
  from: number,
  change: Partial<StreamDelta> = {},
): ServerFrame {
  return { type: 'chat.stream', content, done: false, message_id: id, run: 1, seq: from + 1, from, ...change }
}

export function end(id: string, from: number): ServerFrame {
  const position = { message_id: id, run: 1, seq: from + 1, from }
  return { type: 'chat.stream', ...TERMINAL, ...position, status: 'complete', finish_reason: 'stop' }
}

/** The end of a run that failed. */
export function failure(id: string, code: string, change: Partial<FailedEnd> = {}): ServerFrame {
  const position = { message_id: id, run: 1, seq: 1, from: 0 }
  const reason = { status: 'error', finish_reason: null, code, error: 'In English.' } as const
  return { type: 'chat.error', ...TERMINAL, ...position, ...reason, ...change }
}

export function refusal(clientId: string, code: string, retryAfter?: number): ErrorFrame {
  const error = { type: 'chat.error', code, error: 'In English.', client_id: clientId } as const
  return retryAfter === undefined ? error : { ...error, retry_after: retryAfter }
}
