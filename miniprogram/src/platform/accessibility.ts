/**
 * What uni-app's own elements lack in a browser for keyboards and screen readers: it wraps fields and pictures
 * in elements of its own, and its tab bar and back button say nothing. WeChat's elements need none of it.
 */

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

/** Makes uni-app's own elements reachable, now and as they appear. Called once, at launch. */
export function makeReachable(backName: string): void {
  // #ifdef H5
  document.addEventListener('keydown', pressByKey)
  const mend = (): void => mendElements(backName)
  new MutationObserver(mend).observe(document.body, { childList: true, subtree: true })
  mend()
  // #endif
  // #ifndef H5
  void backName
  // #endif
}

// #ifdef H5
const PRESSABLE = /^(button|radio|checkbox|switch|link)$/

/** Lets Enter and Space press whatever says that it can be pressed. */
function pressByKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement
  const isPress = event.key === 'Enter' || event.key === ' '
  if (!isPress || !PRESSABLE.test(target.getAttribute('role') ?? '')) return
  event.preventDefault()
  target.click()
}

function mendElements(backName: string): void {
  document.querySelectorAll('img:not([alt])').forEach((image) => image.setAttribute('alt', ''))
  document.querySelectorAll('.uni-tabbar__item:not([role])').forEach((item) => reach(item, 'link'))
  document.querySelectorAll('.uni-page-head-btn:not([role])').forEach((button) => {
    reach(button, 'button')
    button.setAttribute('aria-label', backName)
  })
}

function reach(element: Element, role: string): void {
  element.setAttribute('role', role)
  element.setAttribute('tabindex', '0')
}
// #endif
