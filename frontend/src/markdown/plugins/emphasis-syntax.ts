/** A remark plugin for marks of emphasis that touch punctuation, in all scripts; `flanking.ts` has the rules. */
import { cjkFriendlyExtension } from 'micromark-extension-cjk-friendly'
import { gfmStrikethroughCjkFriendly } from 'micromark-extension-cjk-friendly-gfm-strikethrough'
import type { Code, Construct, Extension, State, Token, TokenizeContext } from 'micromark-util-types'
import {
  beginsText,
  closesBeforeWord,
  closesBesideLetter,
  isOfSameMarks,
  opensBesideLetter,
  type Run,
} from '@/markdown/syntax/flanking'
import { addSyntax } from '@/markdown/plugins/tree'

/** The events that are searched for the last run, so that hostile text takes linear time. */
const MAX_EVENTS = 200

export function remarkEmphasis(this: unknown) {
  addSyntax(this, amend(cjkFriendlyExtension()), amend(gfmStrikethroughCjkFriendly({ singleTilde: false })))
}

/** The extension with more places where its marks open and close. */
function amend(extension: Extension): Extension {
  const amended = new Map<Construct, Construct>()
  const text = Object.entries(extension.text ?? {}).map(([code, construct]) => {
    const original = construct as Construct
    const own = amended.get(original) ?? { ...original, tokenize: tokenizeRun(original) }
    amended.set(original, own)
    return [code, own] as const
  })
  return { ...extension, text: Object.fromEntries(text) }
}

function tokenizeRun(construct: Construct): Construct['tokenize'] {
  return function tokenize(this: TokenizeContext, effects, ok, nok) {
    const before = characterBefore(this)
    const complete: State = (code) => {
      const token = this.events.at(-1)?.[1]
      if (token) amendRun(this, token, before, characterOf(code))
      return ok(code)
    }
    return construct.tokenize.call(this, effects, complete, nok)
  }
}

const runs = new WeakMap<Token, Run>()

function amendRun(context: TokenizeContext, token: Token, before: string, after: string): void {
  const marks = context.sliceSerialize(token)
  const run = { mark: marks.charAt(0), length: marks.length, before, after }
  if (opensBesideLetter(run)) token._open = true
  if (closesBesideLetter(run)) token._close = true
  if (!token._close && closesBeforeWord(run)) token._close = followsBeginning(context, run)
  runs.set(token, run)
}

/** Whether the last run of the same marks may begin bold text. */
function followsBeginning({ events }: TokenizeContext, run: Run): boolean {
  for (const [, token] of events.slice(-MAX_EVENTS).toReversed()) {
    const opening = runs.get(token)
    if (opening && isOfSameMarks(run, opening)) return beginsText(opening)
  }
  return false
}

function characterBefore(context: TokenizeContext): string {
  const character = characterOf(context.previous)
  if (!/[\udc00-\udfff]/.test(character)) return character
  const end = context.now()
  return context.sliceSerialize({ start: { ...end, _bufferIndex: end._bufferIndex - 2 }, end })
}

/** The character of a code, or half of one; empty at the ends of texts and lines. */
function characterOf(code: Code): string {
  return code === null || code < 0 ? '' : String.fromCharCode(code)
}
