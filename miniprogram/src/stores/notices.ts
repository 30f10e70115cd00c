/** Short words to the person, and questions before something that cannot be undone. */
import { words } from '@/locales/words'

/** Says something that goes away by itself. */
export function tell(title: string): void {
  uni.showToast({ title, icon: 'none', duration: 2500 })
}

/** Asks before an act; true where the person agrees. */
export function ask(content: string): Promise<boolean> {
  const { confirm, cancel } = words.value.common
  return new Promise((resolve) => {
    uni.showModal({
      content,
      confirmText: confirm,
      cancelText: cancel,
      success: (answer) => resolve(answer.confirm),
      fail: () => resolve(false),
    })
  })
}
