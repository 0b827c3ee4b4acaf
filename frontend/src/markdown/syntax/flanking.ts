/**
 * Where marks of emphasis open and close beside punctuation, beyond CommonMark and its amendment for CJK. Shared by the
 * parser and by what mends growing text, so that they agree.
 *
 * - Beside letters of scripts other than Latin and Greek, marks may touch punctuation, as beside CJK:
 *   `**สำคัญ:**ข้อความ`.
 * - Any letter or digit may follow the punctuation that ends bold or struck text: `**Note:**text`. No variable, number
 *   or bracket may stand before its opening mark, so that powers such as `(x)**n + (y)**m` stay text.
 */
const PUNCTUATION = /[\p{P}\p{S}]/u
/** Without quotation marks, each of which closes in some language. */
const OPENING = /\p{Ps}/u
const CLOSING = /\p{Pe}/u
/** Letters, digits and characters without a width. */
const WORD = /[\p{L}\p{M}\p{N}\p{Cf}]/u
/** The text before the mark of a power: a variable, a number or a closing bracket. */
const BASE = /[\p{Script=Latin}\p{Script=Greek}\p{N}\p{Pe}]/u
const FOREIGN = /(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Common}])[\p{L}\p{M}\p{Nd}]/u
/** Of `**` and `~~`; single marks may be products. */
const MIN_RUN_LENGTH = 2

/** A run of marks, and the characters beside it; empty at the ends of a text. */
export interface Run {
  mark: string
  length: number
  before: string
  after: string
}

/** Whether the run opens beside a letter of a script in which CommonMark's rule does not hold. */
export function opensBesideLetter({ before, after }: Run): boolean {
  return FOREIGN.test(before) && PUNCTUATION.test(after) && !CLOSING.test(after)
}

/** Whether the run closes beside such a letter. */
export function closesBesideLetter({ before, after }: Run): boolean {
  return FOREIGN.test(after) && PUNCTUATION.test(before) && !OPENING.test(before)
}

/** Whether the run closes before any letter or digit, if the last run of the same marks `beginsText`. */
export function closesBeforeWord({ mark, length, before, after }: Run): boolean {
  const endsText = PUNCTUATION.test(before) && !OPENING.test(before)
  return mark !== '_' && length >= MIN_RUN_LENGTH && endsText && WORD.test(after)
}

/** Whether bold or struck text may begin with the run. */
export function beginsText({ before, after }: Run): boolean {
  return !BASE.test(before) && /\S/.test(after)
}

/** Whether the run may be the last run that `closesBeforeWord` asks for. */
export function isOfSameMarks(run: Run, other: Run): boolean {
  return run.mark === other.mark && other.length >= MIN_RUN_LENGTH
}
