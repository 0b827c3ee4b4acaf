/** Detects frames that bring progress: a connection without one counts as failed (docs/protocol.md: P-12.2). */
import { isAnswerFrame } from './answer.js'
import type { AnswerPosition, ChangeFeedFrame, ServerFrame } from './frames.gen.js'

/** Creates a detector: it returns true for an acceptance, and for a part of an answer that it has not seen before. */
export function createAnswerProgressDetector(): (frame: ServerFrame) => boolean {
  const known = new Map<string, { run: number; seq: number }>()
  return (frame) => {
    const position = positionIn(frame)
    if (!position) return false
    const { message_id, run, seq } = position
    const before = known.get(message_id)
    if (before && (run < before.run || (run === before.run && seq <= before.seq))) return false
    known.set(message_id, { run, seq })
    return true
  }
}

/** Creates a detector: it returns true for a change that it has not seen before. */
export function createChangeProgressDetector(): (frame: ChangeFeedFrame) => boolean {
  let latest = -1
  return (frame) => {
    if (!('revision' in frame) || !(frame.revision > latest)) return false
    latest = frame.revision
    return frame.type !== 'auth.success'
  }
}

function positionIn(frame: ServerFrame): AnswerPosition | null {
  if (isAnswerFrame(frame)) return frame
  if (frame.type !== 'chat.accepted') return null
  // A malformed frame is ignored.
  const { reply, run } = frame as { reply?: { id?: unknown } | null; run?: unknown }
  return typeof reply?.id === 'string' && typeof run === 'number'
    ? { message_id: reply.id, run, seq: 0 }
    : null
}
