/**
 * Translators of browsers and extensions put `<font>` elements in the place of text nodes. React still holds the old
 * nodes, and would end the page with an exception when it removes one, or inserts before it.
 */
export function tolerateTranslators(): void {
  // Both are called on the node in question below.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { insertBefore, removeChild } = Node.prototype
  Node.prototype.removeChild = function <T extends Node>(this: Node, child: T): T {
    return child.parentNode === this ? (removeChild.call(this, child) as T) : child
  }
  Node.prototype.insertBefore = function <T extends Node>(this: Node, node: T, child: Node | null): T {
    const before = child === null || child.parentNode === this ? child : null
    return insertBefore.call(this, node, before) as T
  }
}
