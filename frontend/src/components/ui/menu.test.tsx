import { act, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { type ComponentType, lazy } from 'react'
import { expect, test } from 'vitest'
import { Menu } from '@/components/ui/menu'

test.each([
  ['opens when it has loaded', false],
  ['does not open if the user has gone on to another field', true],
])('a menu whose panel is loading %s', async (_, hasLeft) => {
  let arrive: (panel: { default: ComponentType }) => void = () => undefined
  const Panel = lazy(() => new Promise<{ default: ComponentType }>((resolve) => (arrive = resolve)))
  render(
    <>
      <Menu button={<button type="button">More</button>}>{() => <Panel />}</Menu>
      <input aria-label="Message" />
    </>,
  )
  await userEvent.click(screen.getByRole('button', { name: 'More' }))
  if (hasLeft) await userEvent.click(screen.getByRole('textbox', { name: 'Message' }))
  await act(async () => {
    arrive({ default: () => <p>The panel</p> })
    await Promise.resolve()
  })
  expect(screen.queryByText('The panel') === null).toBe(hasLeft)
})
