/** Counts of the frames of a conversation's answers. */
import { isReset, isTerminal } from './answer.js'
import type { AnswerFrame } from './frames.gen.js'

/** Counts of what has arrived for the followed answers since the conversation was opened. */
export interface Counts {
  /** Sign-ins that the server accepted: one more than the reconnects. */
  connections: number
  frames: number
  /** Numbered pieces of text and reasoning; a frame may bring several. */
  deltas: number
  resets: number
  /** Frames before which others are missing; the client asks for the missing ones. */
  gaps: number
  /** Frames that brought nothing new. */
  repeats: number
}

export function zeroCounts(): Counts {
  return { connections: 0, frames: 0, deltas: 0, resets: 0, gaps: 0, repeats: 0 }
}

export function countFrame(counts: Counts, frame: AnswerFrame, outcome: 'applied' | 'repeat' | 'gap'): void {
  counts.frames += 1
  if (outcome === 'repeat') counts.repeats += 1
  else if (outcome === 'gap') counts.gaps += 1
  else {
    if (isReset(frame)) counts.resets += 1
    if (!isTerminal(frame)) counts.deltas += frame.seq - frame.from
  }
}
