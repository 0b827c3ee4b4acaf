/** One formula, drawn by KaTeX. */
import katex from 'katex'
import { useLayoutEffect, useRef } from 'react'

export interface FormulaProps {
  tex: string
  isDisplay: boolean
}

/** Built from elements instead of HTML: the page's content security policy blocks style attributes. */
export function Formula({ tex, isDisplay }: FormulaProps) {
  const place = useRef<HTMLSpanElement>(null)

  useLayoutEffect(() => {
    if (!place.current) return
    // Invalid TeX is shown as it is. Macros must not expand without bound, and nothing may link.
    katex.render(tex, place.current, {
      displayMode: isDisplay,
      throwOnError: false,
      strict: false,
      trust: false,
      maxSize: 20,
      maxExpand: 200,
      errorColor: 'var(--color-danger)',
    })
  }, [tex, isDisplay])

  return (
    <span
      ref={place}
      dir="ltr"
      translate="no"
      className={isDisplay ? 'block overflow-x-auto overflow-y-hidden py-1' : undefined}
    />
  )
}
