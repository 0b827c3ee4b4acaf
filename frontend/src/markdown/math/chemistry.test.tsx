import { render, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { hasMath } from '@/markdown/math/math'
import MathMarkdown from '@/markdown/math-markdown'
import { mendTail } from '@/markdown/mending/mend-tail'

test.each([
  ['$\\ce{H2O}$', 'H'],
  ['水的化學式是$\\ce{H2O}$。', 'H'],
  ['\\(\\ce{SO4^2-}\\)', 'SO'],
  ['\\[\\ce{2H2 + O2 -> 2H2O}\\]', '2H'],
  ['$$\\pu{123 kJ/mol}$$', 'kJ'],
  ['水是 \\ce{H2O}，硫酸根是\\ce{SO4^2-}。', 'H'],
  ['The ion \\ce{^{227}_{90}Th+} decays.', '227'],
  ['It releases \\pu{123 kJ/mol} of heat.', 'kJ'],
  ['| a |\n|---|\n| \\ce{CO2} |', 'CO'],
  ['| a |\n|---|\n| $\\ce{CO2}$ |', 'CO'],
])('%j is drawn as chemistry', async (text, part) => {
  const view = render(<MathMarkdown text={text} isBeingWritten={false} />).container
  // Screen readers read the formula beside the drawn one.
  await waitFor(() => expect(view.querySelector('[aria-hidden]')?.textContent).toContain(part))
  // The colour of unknown commands.
  expect(view.innerHTML).not.toContain('--color-danger')
})

test.each(['\\ce{H2O', '\\ce {H2O}', '\\cell{a}', '\\\\ce{H2O}', '`\\ce{H2O}`', '\\ce{a\n\nb}'])(
  '%j is text',
  (text) => {
    expect(hasMath(text)).toBe(false)
  },
)

test('chemistry appears when it is complete, and never as a half command', () => {
  const whole = 'Water is \\ce{H2O} here.'
  for (let end = 1; end <= whole.length; end += 1) {
    expect(mendTail(whole.slice(0, end))).toMatch(/^[^\\]*(\\ce\{H2O\}[^\\]*)?$/)
  }
})

test.each([
  ['$$\n', '\n$$'],
  ['```math\n', '\n```'],
  ['Inline \\(', '\\) text'],
])('a very long formula between %j and %j stays TeX', (before, after) => {
  const tex = Array.from({ length: 2_500 }, () => 'a+').join('') + 'b'
  const view = render(<MathMarkdown text={before + tex + after} isBeingWritten={false} />).container
  expect(view.textContent).toContain(tex)
  expect(view.querySelector('math')).toBeNull()
})
