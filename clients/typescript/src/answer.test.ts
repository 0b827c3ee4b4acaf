// @vitest-environment node
import { describe, expect, test } from 'vitest'
import golden from '../../../contract/golden/answers.json' with { type: 'json' }
import { type Answer, answerOf, applyFrame, isAtLeast, NEW_ANSWER, reopenAnswer } from './answer.js'
import type { AnswerFrame, MessageView } from './frames.gen.js'

function play(frames: AnswerFrame[]): Answer | 'gap' {
  let answer = NEW_ANSWER
  for (const frame of frames) {
    const result = applyFrame(answer, frame)
    if (result.kind === 'gap') return 'gap'
    if (result.kind === 'applied') answer = result.answer
  }
  return answer
}

describe('golden frames', () => {
  test.each(golden)('$name', ({ frames, expect: expected }) => {
    const answer = play(frames as AnswerFrame[])
    if ('gap' in expected) expect(answer).toBe('gap')
    else expect(answer).toMatchObject(expected)
  })
})

test('a reopened answer keeps its text and forgets how it ended', () => {
  const ended: Answer = { ...NEW_ANSWER, content: 'Half', seq: 3, status: 'error', error_code: 'AI_ERROR' }
  expect(reopenAnswer(ended)).toEqual({ ...ended, status: 'streaming', error_code: null })
})

test('a terminal frame of an unknown type ends the answer', () => {
  const text = { type: 'chat.stream', message_id: 'm1', run: 1, from: 0, seq: 1, content: 'One', done: false }
  const end = { type: 'tool.end', message_id: 'm1', run: 1, from: 1, seq: 2, done: true }
  const answer = play([text, end] as AnswerFrame[])
  expect(answer).toMatchObject({ status: 'complete', content: 'One', seq: 2, context_dropped: 0 })
})

describe('the tokens of an answer', () => {
  const place = { message_id: 'm1', context_dropped: 0, images_dropped: 0, content: '', done: true } as const
  const usage = { prompt_tokens: 10, completion_tokens: 2, cached_tokens: null, reasoning_tokens: null }
  const failed: AnswerFrame = {
    ...{ ...place, type: 'chat.error', code: 'AI_ERROR', error: 'It failed.', status: 'error' },
    ...{ run: 1, from: 0, seq: 1, finish_reason: 'stop', usage },
  }
  const ended: AnswerFrame = {
    ...{ ...place, type: 'chat.stream', status: 'complete' },
    ...{ run: 2, from: 1, seq: 2, finish_reason: 'stop', usage: { ...usage, prompt_tokens: null } },
  }
  const reset: AnswerFrame = {
    ...{ type: 'chat.stream', content: 'Whole', done: false, reset: true, message_id: 'm1' },
    ...{ run: 2, from: 0, seq: 1 },
  }

  test('are in the end of a failed run too, with the finish reason', () => {
    const tokens = { prompt_tokens: 10, completion_tokens: 2 }
    expect(play([failed])).toMatchObject({
      ...tokens,
      status: 'error',
      error_code: 'AI_ERROR',
      finish_reason: 'stop',
    })
  })

  test('are added up over its runs', () => {
    const tokens = { prompt_tokens: 10, completion_tokens: 4 }
    expect(play([failed, ended])).toMatchObject({ ...tokens, status: 'complete', error_code: null })
    expect(play([failed, reset, ended])).toMatchObject({ ...tokens, content: 'Whole' })
  })

  test('are not counted twice after a reset of an ended run', () => {
    const tokens = { prompt_tokens: 10, completion_tokens: 4 }
    expect(play([failed, ended, reset])).toMatchObject(tokens)
    expect(play([failed, ended, reset, reset, ended])).toMatchObject({ ...tokens, status: 'complete' })
    const continued: AnswerFrame = { ...ended, run: 3, from: 2, seq: 3 }
    const more = { ...tokens, completion_tokens: 6 }
    expect(play([failed, ended, reset, { ...ended, from: 1 }, continued])).toMatchObject(more)
  })

  test('are kept when an answer of the REST API is reset after its end', () => {
    const message = { ...NEW_ANSWER, ...{ run: 2, seq: 2, status: 'complete', completion_tokens: 4 } }
    const shown = answerOf({ ...(message as MessageView), countedRun: undefined })
    const begun = applyFrame(shown, reset)
    if (begun.kind !== 'applied') throw new Error(begun.kind)
    expect(applyFrame(answerOf({ ...(message as MessageView), ...begun.answer }), ended)).toMatchObject({
      answer: { completion_tokens: 4, status: 'complete' },
    })
  })
})

describe('an answer is at least as new as another', () => {
  const answer: Answer = { ...NEW_ANSWER, run: 2, seq: 5, status: 'streaming' }

  test('of an earlier run, whatever its position', () => {
    expect(isAtLeast(answer, { ...answer, run: 1, seq: 9 })).toBe(true)
  })

  test('of the same run only if its position is not lower', () => {
    expect(isAtLeast(answer, { ...answer, seq: 6 })).toBe(false)
  })

  test('at the same position only if it has ended, or neither has', () => {
    const ended: Answer = { ...answer, status: 'complete' }
    expect(isAtLeast(ended, answer)).toBe(true)
    expect(isAtLeast(answer, ended)).toBe(false)
  })
})
