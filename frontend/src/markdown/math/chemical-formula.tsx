/** A formula with `\ce` or `\pu`, in a separate chunk with the rules of mhchem, which it adds to KaTeX. */
import 'katex/contrib/mhchem'
import { Formula, type FormulaProps } from '@/markdown/math/formula'

export default function ChemicalFormula(props: FormulaProps) {
  return <Formula {...props} />
}
