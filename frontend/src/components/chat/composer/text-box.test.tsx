import { createEvent, fireEvent, render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { TextBox } from '@/components/chat/composer/text-box'

/** Presses Enter in a text box; returns whether that sent the text, and whether the box prevented a line break. */
function press(init: object): { sent: boolean; kept: boolean } {
  let sent = false
  render(
    <TextBox
      label="Message"
      value="ㄋㄧˇ"
      onChange={() => undefined}
      onSend={() => {
        sent = true
      }}
      takesFocus={false}
    />,
  )
  const box = screen.getByRole('textbox', { name: 'Message' })
  const event = createEvent.keyDown(box, { key: 'Enter', keyCode: 13, ...init })
  fireEvent(box, event)
  return { sent, kept: event.defaultPrevented }
}

test.each([
  ['Enter sends', {}, { sent: true, kept: true }],
  ['Shift+Enter inserts a line break', { shiftKey: true }, { sent: false, kept: false }],
  [
    'an Enter with isComposing but the usual key code does not send',
    { isComposing: true },
    { sent: false, kept: false },
  ],
])('%s', (_, init, expected) => {
  expect(press(init)).toEqual(expected)
})

test.each([{ isComposing: true }, { isComposing: false, keyCode: 229 }])(
  'an Escape that cancels a composition (%j) does not leave the box',
  (init) => {
    let escapes = 0
    const props = { label: 'Message', value: 'ㄋ', takesFocus: false, onChange: () => undefined }
    render(<TextBox {...props} onSend={() => undefined} onEscape={() => (escapes += 1)} />)
    const box = screen.getByRole('textbox', { name: 'Message' })
    fireEvent.keyDown(box, { key: 'Escape', ...init })
    expect(escapes).toBe(0)
    fireEvent.keyDown(box, { key: 'Escape' })
    expect(escapes).toBe(1)
  },
)

test.each([
  ['takes the focus from an empty field, whose up arrow opened it', '', 'Edit message'],
  ['leaves the focus in a field with text', 'Half a thought', 'Message'],
])('a text box that appears %s', (_, typed, focused) => {
  const handlers = { onChange: () => undefined, onSend: () => undefined }
  const composer = <TextBox {...handlers} label="Message" value={typed} takesFocus={false} />
  const page = render(<div>{composer}</div>)
  screen.getByRole('textbox', { name: 'Message' }).focus()
  page.rerender(
    <div>
      {composer}
      <TextBox {...handlers} label="Edit message" value="First?" takesFocus />
    </div>,
  )
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: focused }))
})
