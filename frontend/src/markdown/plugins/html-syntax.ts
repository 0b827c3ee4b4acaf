/**
 * How lines that begin with HTML are parsed. A line that begins with `<details>` or `<summary>` is a separate
 * paragraph; a line that begins with another allowed tag is a part of a paragraph, in which Markdown applies. All other
 * HTML is as in CommonMark.
 */
import { htmlFlow } from 'micromark-core-commonmark'
import type { Code, Construct, Effects, Extension, State, TokenizeContext } from 'micromark-util-types'
import { isAllowedName, isDetails } from '@/lib/text/allowed-tags'

const LESS_THAN = 60
const GREATER_THAN = 62
const SLASH = 47
const SPACE = 32
/** Micromark's codes: line endings are below tabs and virtual spaces. */
const LAST_LINE_ENDING = -3
const MAX_NAME_LENGTH = 8

const detailsLine: Construct = {
  name: 'detailsLine',
  tokenize: (effects, ok, nok) => tokenizeDetailsLine(effects, ok, nok),
}

const allowedTag: Construct = {
  partial: true,
  tokenize: (effects, ok, nok) => {
    effects.enter('data')
    return consumeName(effects, nok, isAllowedName, (code) => {
      effects.exit('data')
      return ok(code)
    })
  },
}

const otherHtml: Construct = {
  ...htmlFlow,
  name: 'otherHtml',
  tokenize(this: TokenizeContext, effects, ok, nok) {
    return effects.check(allowedTag, nok, htmlFlow.tokenize.call(this, effects, ok, nok))
  },
}

export const htmlSyntax: Extension = {
  disable: { null: ['htmlFlow'] },
  flow: { [LESS_THAN]: [detailsLine, otherHtml] },
}

function tokenizeDetailsLine(effects: Effects, ok: State, nok: State): State {
  effects.enter('paragraph')
  effects.enter('chunkText', { contentType: 'text' })
  return consumeName(effects, nok, isDetails, rest)

  function rest(code: Code): State | undefined {
    if (code === null || code <= LAST_LINE_ENDING) {
      effects.exit('chunkText')
      effects.exit('paragraph')
      return ok(code)
    }
    effects.consume(code)
    return rest
  }
}

/** Consumes `<`, perhaps `/`, and the name of a tag. */
function consumeName(effects: Effects, nok: State, accepts: (name: string) => boolean, next: State): State {
  let name = ''
  return (code) => {
    effects.consume(code)
    return (mark) => {
      if (mark !== SLASH) return inName(mark)
      effects.consume(mark)
      return inName
    }
  }

  function inName(code: Code): State | undefined {
    const letter = code !== null && code > 0 ? String.fromCharCode(code) : ''
    if (/^[a-z]$/i.test(letter) && name.length < MAX_NAME_LENGTH) {
      name += letter.toLowerCase()
      effects.consume(code)
      return inName
    }
    const isEnd = code === GREATER_THAN || code === SPACE || code === SLASH
    return isEnd && accepts(name) ? next(code) : nok(code)
  }
}
