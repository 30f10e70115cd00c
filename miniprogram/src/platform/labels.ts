/** Names for screen readers where uni-app wraps a field in elements of its own. */

/** Gives the native field inside a uni element its name: a browser reads the inner one. */
export function nameField(root: unknown, name: string): void {
  // #ifdef H5
  const element = (root as { $el?: unknown } | null)?.$el ?? root
  if (!(element instanceof Element)) return
  element.querySelectorAll('input, textarea').forEach((field) => field.setAttribute('aria-label', name))
  // #endif
  // #ifndef H5
  void [root, name] // WeChat reads aria-label off the element itself
  // #endif
}
