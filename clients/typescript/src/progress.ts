/** Detects frames that bring progress: a connection without one counts as failed (docs/protocol.md: P-12.2). */
import { isAnswerFrame } from './answer.js'
import type { AnswerPosition, ChangeFeedFrame, ServerFrame } from './frames.gen.js'

/** Returns a function: whether a frame is an acceptance or a part of an answer that no earlier frame has brought. */
export function detectAnswerProgress(): (frame: ServerFrame) => boolean {
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

/** Returns a function: whether a frame is a change that no earlier frame has brought. */
export function detectChangeProgress(): (frame: ChangeFeedFrame) => boolean {
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
