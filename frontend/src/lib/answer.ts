/** The text of one answer, put together from numbered frames. Pure: the same frames give the same answer. */
import type { AnswerStatus, Message } from '@/types/api'
import type { AnswerFrame, AnswerPosition, FailedEnd, ServerFrame, StreamEnd } from '@/types/frames.gen'

export interface Answer {
  run: number
  seq: number
  content: string
  reasoning: string
  status: AnswerStatus
  finishReason: string | null
  errorCode: string | null
  contextDropped: number
  promptTokens: number | null
  completionTokens: number | null
}

/** What a frame did: moved the answer on, was known already, or came after something that never arrived. */
export type FrameResult = { kind: 'applied'; answer: Answer } | { kind: 'repeat' } | { kind: 'gap' }

export const NEW_ANSWER: Answer = {
  run: 1,
  seq: 0,
  content: '',
  reasoning: '',
  status: 'pending',
  finishReason: null,
  errorCode: null,
  contextDropped: 0,
  promptTokens: null,
  completionTokens: null,
}

export function answerOf(message: Message): Answer {
  return {
    run: message.run,
    seq: message.seq,
    content: message.content,
    reasoning: message.reasoning,
    status: message.status,
    finishReason: message.finish_reason,
    errorCode: message.error_code,
    contextDropped: message.context_dropped,
    promptTokens: message.prompt_tokens,
    completionTokens: message.completion_tokens,
  }
}

/** The message with the text and state of the answer in place of its own. */
export function messageWith(message: Message, answer: Answer): Message {
  return {
    ...message,
    run: answer.run,
    seq: answer.seq,
    content: answer.content,
    reasoning: answer.reasoning,
    status: answer.status,
    finish_reason: answer.finishReason,
    error_code: answer.errorCode,
    context_dropped: answer.contextDropped,
    prompt_tokens: answer.promptTokens,
    completion_tokens: answer.completionTokens,
  }
}

export function isAnswerFrame(frame: ServerFrame): frame is AnswerFrame {
  if (frame.type === 'chat.error') return 'done' in frame
  return frame.type === 'chat.stream' || frame.type === 'chat.reasoning'
}

/** Whether the frame is the last of its run. */
export function isTerminal(frame: AnswerFrame): frame is StreamEnd | FailedEnd {
  return 'done' in frame && frame.done
}

export function isActive(status: AnswerStatus): boolean {
  return status === 'pending' || status === 'streaming'
}

/** Whether `chat.continue` can continue it (docs/protocol.md: P-4.9). */
export function canContinue({ role, status }: Message): boolean {
  return role === 'assistant' && ['length', 'stopped', 'interrupted', 'error'].includes(status)
}

export function positionOf(messageId: string, answer: Answer): AnswerPosition {
  return { message_id: messageId, run: answer.run, seq: answer.seq }
}

/** Whether `a` has everything that `b` has. */
export function isAtLeast(a: Answer, b: Answer): boolean {
  if (a.run !== b.run) return a.run > b.run
  if (a.seq !== b.seq) return a.seq > b.seq
  return !isActive(a.status) || isActive(b.status)
}

/** The newer of what was fetched and what the socket said since. */
export function shownMessage(message: Message, live: Answer | undefined): Message {
  return live && isAtLeast(live, answerOf(message)) ? messageWith(message, live) : message
}

/** The answer goes on: its text stays, and frames of a later run join where it ended. */
export function reopenAnswer(answer: Answer): Answer {
  return { ...answer, status: 'streaming', finishReason: null, errorCode: null }
}

/**
 * Applies one frame (docs/protocol.md, section 3). A frame of a later run joins when it begins where the answer is. In a
 * reset that takes several frames only the first says so; the others carry the number before, and append.
 */
export function applyFrame(answer: Answer, frame: AnswerFrame): FrameResult {
  // Always true where it is there.
  if ('reset' in frame) {
    return { kind: 'applied', answer: append({ ...NEW_ANSWER, run: frame.run }, frame) }
  }
  if (frame.run < answer.run) return { kind: 'repeat' }
  if (frame.from === answer.seq) return { kind: 'applied', answer: append(answer, frame) }
  if (frame.run === answer.run && frame.seq <= answer.seq) return { kind: 'repeat' }
  return { kind: 'gap' }
}

function append(answer: Answer, frame: AnswerFrame): Answer {
  const at = { ...answer, run: frame.run, seq: frame.seq }
  if (frame.type === 'chat.error') {
    return {
      ...at,
      status: 'error',
      finishReason: null,
      errorCode: frame.code,
      contextDropped: frame.context_dropped,
    }
  }
  if (frame.type === 'chat.reasoning') {
    return { ...reopenAnswer(at), reasoning: answer.reasoning + frame.content }
  }
  if (frame.done) {
    return {
      ...at,
      status: frame.status,
      finishReason: frame.finish_reason,
      errorCode: null,
      contextDropped: frame.context_dropped,
      promptTokens: frame.usage?.prompt_tokens ?? null,
      completionTokens: frame.usage?.completion_tokens ?? null,
    }
  }
  return { ...reopenAnswer(at), content: answer.content + frame.content }
}
