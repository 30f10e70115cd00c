/** What the person set for this device: language, size of text. */
import { reactive, readonly } from 'vue'
import { keep, read } from '@/platform/storage'

export const LANGUAGES = ['zh-Hans', 'en'] as const
export type Language = (typeof LANGUAGES)[number]
export const TEXT_SIZES = ['standard', 'large', 'largest'] as const
export type TextSize = (typeof TEXT_SIZES)[number]

const LANGUAGE = 'language'
const TEXT_SIZE = 'text-size'

const state = reactive({ language: 'zh-Hans' as Language, textSize: 'standard' as TextSize })

/** The settings as pages may read them. */
export const preferences = readonly(state)

/** Takes up what the device kept; a value that is no longer offered is left aside. */
export function restorePreferences(): void {
  const language = LANGUAGES.find((one) => one === read(LANGUAGE))
  const textSize = TEXT_SIZES.find((one) => one === read(TEXT_SIZE))
  if (language) state.language = language
  if (textSize) state.textSize = textSize
}

export function setLanguage(language: Language): void {
  state.language = language
  keep(LANGUAGE, language)
}

export function setTextSize(textSize: TextSize): void {
  state.textSize = textSize
  keep(TEXT_SIZE, textSize)
}
