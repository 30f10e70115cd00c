/**
 * What a browser shows first, in the script that it loads first: else it would be asked for only once that script runs,
 * part by part, each after a way to the server and back. The mini-program brings everything along anyway.
 */
import type { App } from 'vue'
// #ifndef MP-WEIXIN
import SideNav from '@/components/SideNav.vue'
import HomePage from '@/pages/home/home.vue'
// #endif

/** Registers the first page and its frame, which is what keeps the build from putting them aside. */
export function bringFirstScreen(app: App): void {
  // #ifndef MP-WEIXIN
  app.component('FirstPage', HomePage)
  app.component('FirstFrame', SideNav)
  // #endif
}
