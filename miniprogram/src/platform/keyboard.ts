/** What a keyboard does in a browser; WeChat needs none of it. */

/** Lets Enter and Space press whatever says that it is a button, a radio, a switch or a link. */
export function clickByKeyboard(): void {
  // #ifdef H5
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement
    const isPressed = event.key === 'Enter' || event.key === ' '
    if (!isPressed || !/^(button|radio|checkbox|switch|link)$/.test(target.getAttribute('role') ?? '')) return
    event.preventDefault()
    target.click()
  })
  // #endif
}
