import {
  cloneElement,
  type ComponentProps,
  type ReactElement,
  type ReactNode,
  startTransition,
  Suspense,
  useState,
} from 'react'

/** Props that `Menu` passes to the panel that replaces its button. */
export interface MenuState {
  button: ReactElement<ComponentProps<'button'>>
  /** Whether a key opened the menu, so that its first item takes the focus. */
  isOpenedByKey: boolean
}

interface MenuProps {
  button: ReactElement<ComponentProps<'button'>>
  /** Renders a lazily loaded `MenuPanel`. */
  children: (menu: MenuState) => ReactNode
}

/** A button with a menu. Until its first use it costs no more than a button: a page may hold a thousand of them. */
export function Menu({ button, children }: MenuProps) {
  const [state, setState] = useState<{ isOpenedByKey: boolean } | null>(null)
  // In a transition, the button stays in the page until the panel is loaded.
  const open = (isOpenedByKey: boolean) => startTransition(() => setState({ isOpenedByKey }))
  return (
    <Suspense>
      {state
        ? children({ button, ...state })
        : cloneElement(button, {
            'aria-haspopup': 'menu',
            'aria-expanded': false,
            // A panel that is still loading would take the focus from where the user is by then.
            onBlur: () => setState(null),
            // A click caused by a key has a count of 0.
            onClick: ({ detail }) => open(detail === 0),
            onKeyDown: (event) => {
              if (event.key !== 'ArrowDown') return
              event.preventDefault()
              open(true)
            },
          })}
    </Suspense>
  )
}
