/** The reducer that turns numbered frames into an answer. Pure: the same frames give the same answer. */
import type {
  AnswerFrame,
  AnswerPosition,
  AnswerStatus,
  FailedEnd,
  MessageView,
  ServerFrame,
  StreamEnd,
} from './frames.gen.js'

/** The fields of a message that frames change. */
export type Answer = Pick<
  MessageView,
  | 'run'
  | 'seq'
  | 'content'
  | 'reasoning'
  | 'status'
  | 'finish_reason'
  | 'error_code'
  | 'context_dropped'
  | 'images_dropped'
  | 'prompt_tokens'
  | 'completion_tokens'
> & {
  /** A run that was reset after its end. Its tokens are counted: its second end must not add them again. */
  countedRun?: number | undefined
}

/** `repeat`: nothing new. `gap`: frames before this one are missing. */
export type FrameResult = { kind: 'applied'; answer: Answer } | { kind: 'repeat' } | { kind: 'gap' }

/** A frame whose type may be one of a later version. */
export interface UntypedFrame {
  type: string
}

/** An answer that has not begun. */
export const NEW_ANSWER: Answer = {
  run: 1,
  seq: 0,
  content: '',
  reasoning: '',
  status: 'pending',
  finish_reason: null,
  error_code: null,
  context_dropped: 0,
  images_dropped: 0,
  prompt_tokens: null,
  completion_tokens: null,
  countedRun: undefined,
}

const FIELDS = Object.keys(NEW_ANSWER) as (keyof Answer)[]

/** The answer in a message. */
export function answerOf(message: MessageView & Pick<Answer, 'countedRun'>): Answer {
  return Object.fromEntries(FIELDS.map((field) => [field, message[field]])) as unknown as Answer
}

/** Whether the frame has a position in an answer; a client counts it even if it does not know its type (P-10.6). */
export function isAnswerFrame(frame: ServerFrame): frame is AnswerFrame {
  const { message_id, run, seq, from } = frame as Partial<AnswerFrame>
  return typeof message_id === 'string' && [run, seq, from].every(Number.isSafeInteger)
}

/** Whether the frame discards what came before. */
export function isReset(frame: AnswerFrame): boolean {
  return 'reset' in frame && (frame.reset as unknown) === true
}

/** The text of the frame; empty if it has none. */
export function contentOf(frame: { content: unknown }): string {
  return typeof frame.content === 'string' ? frame.content : ''
}

/** Whether the frame is the last of its run. */
export function isTerminal(frame: AnswerFrame): frame is StreamEnd | FailedEnd {
  return 'done' in frame && (frame.done as unknown) === true
}

/** Whether the answer is still being written. */
export function isActive(status: AnswerStatus): boolean {
  return status === 'pending' || status === 'streaming'
}

/** Whether `chat.continue` can continue the message (docs/protocol.md: P-4.9). */
export function canContinue({ role, status }: Pick<MessageView, 'role' | 'status'>): boolean {
  return role === 'assistant' && ['length', 'stopped', 'interrupted', 'error'].includes(status)
}

/** The position of a client that has this answer. */
export function positionOf(messageId: string, { run, seq }: Answer): AnswerPosition {
  return { message_id: messageId, run, seq }
}

/** Whether `a` has everything that `b` has. */
export function isAtLeast(a: Answer, b: Answer): boolean {
  if (a.run !== b.run) return a.run > b.run
  if (a.seq !== b.seq) return a.seq > b.seq
  return !isActive(a.status) || isActive(b.status)
}

/** The message with the newer state, either as fetched or as in the live answer. */
export function withLiveAnswer<M extends Answer>(message: M, live: Answer | undefined): M {
  return live && isAtLeast(live, message) ? { ...message, ...live } : message
}

/**
 * The answer as a new connection finds it: without the pieces of a reset that the previous connection did not complete.
 * They have no number, so the text could begin again after them (docs/protocol.md: P-3.5).
 */
export function discardPartialReset<A extends Answer>(answer: A): A {
  const isPartialReset = answer.seq === 0 && (answer.content !== '' || answer.reasoning !== '')
  return isPartialReset ? { ...answer, content: '', reasoning: '' } : answer
}

/** The answer is being written again: its text stays, and frames of a later run are appended. */
export function reopenAnswer<A extends Answer>(answer: A): A {
  return { ...answer, status: 'streaming', finish_reason: null, error_code: null }
}

/**
 * Applies one frame (docs/protocol.md, section 3). A frame of a later run is applied if it begins where the answer
 * ends. If a reset takes several frames, only the first has `reset`; the others append.
 */
export function applyFrame(answer: Answer, frame: AnswerFrame): FrameResult {
  if (frame.run < answer.run) return { kind: 'repeat' }
  if (isReset(frame)) {
    const { prompt_tokens, completion_tokens } = answer
    const isCounted = frame.run === answer.run && !isActive(answer.status)
    const countedRun = isCounted ? frame.run : answer.countedRun
    const begun = { ...NEW_ANSWER, prompt_tokens, completion_tokens, countedRun }
    return { kind: 'applied', answer: appendFrame(begun, frame) }
  }
  // Nothing follows the end of a run.
  if (frame.run === answer.run && !isActive(answer.status)) return { kind: 'repeat' }
  // Unnumbered text could not be recognized if it came again; only the pieces of a reset may have it, at 0.
  if (frame.from === frame.seq && frame.from > 0 && !isTerminal(frame)) return { kind: 'repeat' }
  if (frame.from === answer.seq && frame.seq >= frame.from) {
    return { kind: 'applied', answer: appendFrame(answer, frame) }
  }
  if (frame.run === answer.run && frame.seq <= answer.seq) return { kind: 'repeat' }
  return { kind: 'gap' }
}

function appendFrame(answer: Answer, frame: AnswerFrame): Answer {
  const moved = { ...answer, run: frame.run, seq: frame.seq }
  if (isTerminal(frame)) {
    const usage = frame.run === answer.countedRun ? null : frame.usage
    return {
      ...moved,
      ...endOf(frame),
      prompt_tokens: addTokens(answer.prompt_tokens, usage?.prompt_tokens),
      completion_tokens: addTokens(answer.completion_tokens, usage?.completion_tokens),
    }
  }
  const { type }: UntypedFrame = frame
  if (type === 'chat.reasoning')
    return { ...reopenAnswer(moved), reasoning: answer.reasoning + contentOf(frame) }
  if (type === 'chat.stream') return { ...reopenAnswer(moved), content: answer.content + contentOf(frame) }
  return moved
}

/** How the answer ends; a terminal frame of an unknown type need not have these fields. */
function endOf(frame: StreamEnd | FailedEnd) {
  const { status, finish_reason, context_dropped, images_dropped } = frame as Partial<StreamEnd | FailedEnd>
  const isFailed = frame.type === 'chat.error'
  return {
    status: isFailed ? 'error' : (status ?? 'complete'),
    finish_reason: finish_reason ?? null,
    error_code: isFailed ? frame.code : null,
    context_dropped: context_dropped ?? 0,
    images_dropped: images_dropped ?? 0,
  } as const
}

/** The tokens of all runs (docs/api.md: ). */
function addTokens(before: number | null, more: number | null | undefined): number | null {
  return typeof more === 'number' ? (before ?? 0) + more : before
}
