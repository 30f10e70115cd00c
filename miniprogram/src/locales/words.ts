/** The words of the language that the person chose. */
import { computed, type ComputedRef } from 'vue'
import { preferences } from '@/stores/preferences'
import { en } from './en'
import { zhHans, type Words } from './zh-Hans'

export const words: ComputedRef<Words> = computed(() => (preferences.language === 'en' ? en : zhHans))

/** Joins names as the chosen language lists them. */
export function listed(names: readonly string[]): string {
  return names.join(preferences.language === 'en' ? ', ' : '、')
}
