/**
 * A faster `getComputedStyle` for tests. Queries by role and user-event read three properties of hundreds of elements,
 * and jsdom applies its whole style sheet to each of them again after each change of the page.
 */

/** These properties depend on an element's name and `ATTRIBUTES`, unless a style sheet or `style` sets them. */
const READ = ['display', 'visibility', 'pointerEvents'] as const
const ATTRIBUTES = ['hidden', 'open', 'type']

type Values = Pick<CSSStyleDeclaration, (typeof READ)[number]>

const isRead = (name: string | symbol): name is keyof Values => (READ as readonly unknown[]).includes(name)

/** Lets jsdom compute the style of each kind of element once; returns a function that undoes it. */
export function keepComputedStyles(): () => void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the window below
  const original = window.getComputedStyle
  const compute = original.bind(window)
  const kept = new Map<string, Values>()

  function valuesOf(element: Element): Values {
    const kind = [element.localName, ...ATTRIBUTES.map((name) => String(element.getAttribute(name)))].join()
    let values = kept.get(kind)
    if (!values) {
      const { display, visibility, pointerEvents } = compute(element)
      values = { display, visibility, pointerEvents }
      kept.set(kind, values)
    }
    return values
  }

  window.getComputedStyle = (element, pseudoElement) => {
    if (document.styleSheets.length > 0 || pseudoElement || element.closest('[style], [popover]')) {
      return compute(element, pseudoElement)
    }
    let all: CSSStyleDeclaration | undefined
    const read = (name: string | symbol): unknown =>
      isRead(name) ? valuesOf(element)[name] : Reflect.get((all ??= compute(element)), name)
    const getPropertyValue = (name: string) =>
      isRead(name) ? valuesOf(element)[name] : (all ??= compute(element)).getPropertyValue(name)
    return new Proxy({} as CSSStyleDeclaration, {
      get: (_, name) => (name === 'getPropertyValue' ? getPropertyValue : read(name)),
    })
  }
  return () => {
    window.getComputedStyle = original
  }
}
