/**
 * Formulas in a model's Markdown. Models write `\(x\)`, `\[x\]`, `$x$` and `$$x$$`; all become the one form that the
 * Markdown parser is told to know. Prices are no formulas, and neither is anything in code.
 */
const CODE = /(^ {0,3}(`{3,}|~{3,})[\s\S]*?(?:^ {0,3}\2[`~]*\s*$|$(?![\s\S])))|(`+)(?:(?!\3)[\s\S])+?\3(?!`)/m
/** As pandoc has it: nothing blank inside the dollars, no digit behind them. */
const INLINE = /(?<![\\$])\$(?![\s$])((?:\\.|[^$\\\n])+?)(?<!\s)\$(?![\d$])/g
const FORMULA = /(?<!\\)\$\$/
const HINT = /\$|\\\(|\\\[/

export function hasMath(markdown: string): boolean {
  return HINT.test(markdown) && toParts(markdown).some((part) => !isCode(part) && FORMULA.test(mathOf(part)))
}

/** The Markdown with every formula between two dollars; one that is not whole yet stays text. */
export function normalizeMath(markdown: string): string {
  return toParts(markdown).map(mathOf).join('')
}

/** Code and what is between, in turn; code is told by its first character. */
function toParts(markdown: string): string[] {
  const parts: string[] = []
  let rest = markdown
  for (let match = CODE.exec(rest); match; match = CODE.exec(rest)) {
    parts.push(rest.slice(0, match.index), match[0])
    rest = rest.slice(match.index + match[0].length)
  }
  return [...parts, rest].filter((part) => part !== '')
}

function isCode(part: string): boolean {
  return /^ {0,3}(?:`|~~~)/.test(part)
}

function mathOf(part: string): string {
  if (isCode(part)) return part
  return escapeOpen(
    part
      .replace(/\\\[([\s\S]+?)\\\]/g, (_, formula: string) => `\n$$\n${formula.trim()}\n$$\n`)
      .replace(/\\\(([\s\S]+?)\\\)/g, (_, formula: string) => `$$${formula.trim()}$$`)
      .replace(INLINE, (_, formula: string) => `$$${formula}$$`),
  )
}

/** Two dollars without their partner would make a formula of all that follows. */
function escapeOpen(text: string): string {
  const pieces = text.split('$$')
  if (pieces.length % 2 === 1) return text
  const last = pieces.pop() ?? ''
  return `${pieces.join('$$')}\\$\\$${last}`
}
