/** What every page does: its title and the tab bar's texts in the chosen language. */
import { onShow } from '@dcloudio/uni-app'
import { ref, watch, type Ref } from 'vue'
import { words } from '@/locales/words'

/** The path of the page that is shown. */
export const shownPath: Ref<string> = ref('')

/** Keeps the title of this page in the chosen language, and does `whenShown` each time the page is shown. */
export function usePage(title: () => string, whenShown: () => void = () => undefined): void {
  onShow(() => {
    shownPath.value = `/${getCurrentPages().slice(-1)[0]?.route ?? ''}`
    name(title())
    whenShown()
  })
  watch(title, name)
}

function name(title: string): void {
  uni.setNavigationBarTitle({ title })
  const { home, report, vote, mine } = words.value.tabs
  ;[home, report, vote, mine].forEach((text, index) => {
    uni.setTabBarItem({ index, text, fail: () => undefined }) // fails off the tab pages, where none is shown
  })
}
