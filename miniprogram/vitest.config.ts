import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vitest/config'

const ELEMENTS = ['view', 'image', 'text', 'scroll-view', 'swiper', 'picker']
const CONDITION = /^[ \t]*\/\/ #(ifdef|ifndef) (\S+)\n([\s\S]*?)^[ \t]*\/\/ #endif$/gm

/** Vitest ignores uni-app's conditions, so that both branches would run one after the other: keep the browser's. */
function asInBrowser(): Plugin {
  return {
    name: 'as-in-browser',
    enforce: 'pre',
    transform(code, id) {
      if (!/\.(ts|vue)$/.test(id) || !code.includes('#if')) return null
      const isKept = (kind: string, platform: string): boolean => (kind === 'ifdef') === (platform === 'H5')
      const kept = code.replace(CONDITION, (_, kind: string, platform: string, inner: string) =>
        isKept(kind, platform) ? inner : inner.replace(/[^\n]/g, ''),
      )
      return { code: kept, map: null }
    },
  }
}

export default defineConfig({
  plugins: [
    asInBrowser(),
    vue({ template: { compilerOptions: { isCustomElement: (tag) => ELEMENTS.includes(tag) } } }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // Proofs take seconds on a busy machine; how long a test may take says nothing about it.
  test: { include: ['tests/unit/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
})
