/**
 * The marks of emphasis in a paragraph, paired as the Markdown parser does (CommonMark, amended as in `flanking.ts`).
 */
import {
  beginsText,
  closesBeforeWord,
  closesBesideLetter,
  isOfSameMarks,
  opensBesideLetter,
  type Run,
} from '@/markdown/syntax/flanking'

const SPACE = /^\s?$/u
const PUNCTUATION = /[\p{P}\p{S}]/u
const CJK =
  /[\u1100-\u11ff\u2e80-\u303f\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u{20000}-\u{3ffff}]/u
const MAX_DEPTH = 32

export interface Delimiter {
  mark: string
  /** Where it begins. */
  at: number
  length: number
  canClose: boolean
}

export class Delimiters {
  readonly #text: string
  #opened: Delimiter[] = []
  /** The last run of each mark that is more than one mark. */
  readonly #last = new Map<string, Run>()

  constructor(text: string) {
    this.#text = text
  }

  /** The marks that are still open, outermost first. */
  open(): readonly Delimiter[] {
    return this.#opened
  }

  /** Reads a run of marks: it closes what it can, and what remains opens. */
  read(at: number, whole: number): void {
    const mark = this.#text.charAt(at)
    const { canOpen, canClose } = this.#sidesOf(at, whole)
    let length = whole
    while (canClose && length > 0) {
      const index = this.#findOpener(mark, length, canOpen)
      const opener = this.#opened[index]
      if (!opener) break
      const used = mark === '~' ? length : Math.min(opener.length, length, 2)
      length -= used
      opener.length -= used
      this.#opened.length = opener.length > 0 ? index + 1 : index
    }
    if (canOpen && length > 0) this.#opened.push({ mark, at, length, canClose })
  }

  /** Marks that are open inside a link end with it. */
  leave(from: number): void {
    while ((this.#opened.at(-1)?.at ?? -1) >= from) this.#opened.pop()
  }

  #findOpener(mark: string, length: number, canOpen: boolean): number {
    const last = this.#opened.length - 1
    for (let index = last; index >= 0 && index > last - MAX_DEPTH; index -= 1) {
      const opener = this.#opened[index]
      if (opener?.mark !== mark) continue
      if (mark === '~' ? opener.length === length : !isOdd(opener, length, canOpen)) return index
    }
    return -1
  }

  #sidesOf(at: number, length: number): { canOpen: boolean; canClose: boolean } {
    const mark = this.#text.charAt(at)
    const run = {
      mark,
      length,
      before: characterBefore(this.#text, at),
      after: characterAt(this.#text, at + length),
    }
    const sides = sidesOf(run)
    const canOpen = sides.canOpen || opensBesideLetter(run)
    const canClose =
      sides.canClose || closesBesideLetter(run) || (closesBeforeWord(run) && this.#followsBeginning(run))
    if (isOfSameMarks(run, run)) this.#last.set(mark, run)
    return { canOpen, canClose }
  }

  #followsBeginning({ mark }: Run): boolean {
    const opening = this.#last.get(mark)
    return opening !== undefined && beginsText(opening)
  }
}

function sidesOf({ mark, before, after }: Run): { canOpen: boolean; canClose: boolean } {
  const [isSpaceBefore, isSpaceAfter] = [SPACE.test(before), SPACE.test(after)]
  const [isMarkBefore, isMarkAfter] = [isForeignMark(before), isForeignMark(after)]
  const opens =
    !(isSpaceAfter || isMarkAfter) || (isMarkAfter && (isSpaceBefore || isMarkBefore || CJK.test(before)))
  const closes =
    !(isSpaceBefore || isMarkBefore) || (isMarkBefore && (isSpaceAfter || isMarkAfter || CJK.test(after)))
  if (mark !== '_') return { canOpen: opens, canClose: closes }
  return {
    canOpen: opens && (isSpaceBefore || PUNCTUATION.test(before) || !closes),
    canClose: closes && (isSpaceAfter || PUNCTUATION.test(after) || !opens),
  }
}

/** CommonMark's rule of three, for runs that may open and close. */
function isOdd(opener: Delimiter, length: number, canOpen: boolean): boolean {
  return (opener.canClose || canOpen) && length % 3 !== 0 && (opener.length + length) % 3 === 0
}

function isForeignMark(character: string): boolean {
  return PUNCTUATION.test(character) && !CJK.test(character)
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}

function characterBefore(text: string, at: number): string {
  const isPair = /[\udc00-\udfff]/.test(text.charAt(at - 1))
  return at === 0 ? '' : text.slice(at - (isPair ? 2 : 1), at)
}
