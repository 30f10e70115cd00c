/** The words of the language that the person chose. */
import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { englishWords } from '@/platform/english'
import { preferences } from '@/stores/preferences'
import { zhHans, type Words } from './zh-Hans'

const english = shallowRef<Words | null>(null)

/** Chinese until the English words are there, and where they cannot be had. */
export const words: ComputedRef<Words> = computed(() =>
  preferences.language === 'en' ? (english.value ?? zhHans) : zhHans,
)

watch(
  () => preferences.language,
  (language) => {
    if (language === 'en' && !english.value)
      void englishWords().then((found) => (english.value = found), leave)
  },
  { immediate: true },
)

/** The network is gone: what was there stays, and choosing English again asks again. */
function leave(): void {
  english.value = null
}

/** Joins names as the chosen language lists them. */
export function listed(names: readonly string[]): string {
  return names.join(preferences.language === 'en' ? ', ' : '、')
}
