import { render, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import MathMarkdown from '@/markdown/math-markdown'

test.each([
  ['$\\ce{H2O}$', 'H'],
  ['水的化學式是$\\ce{H2O}$。', 'H'],
  ['\\(\\ce{SO4^2-}\\)', 'SO'],
  ['\\[\\ce{2H2 + O2 -> 2H2O}\\]', '2H'],
  ['$$\\pu{123 kJ/mol}$$', 'kJ'],
  ['| a |\n|---|\n| $\\ce{CO2}$ |', 'CO'],
])('%j is drawn as chemistry', async (text, part) => {
  const view = render(<MathMarkdown text={text} isBeingWritten={false} />).container
  // Screen readers read the formula beside the one that is drawn.
  await waitFor(() => expect(view.querySelector('[aria-hidden]')?.textContent).toContain(part))
  // The colour of unknown commands.
  expect(view.innerHTML).not.toContain('--danger')
})
