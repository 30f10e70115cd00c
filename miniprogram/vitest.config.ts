import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const ELEMENTS = ['view', 'image', 'text', 'scroll-view', 'swiper', 'picker']

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => ELEMENTS.includes(tag) } } })],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // Proofs take seconds on a busy machine; how long a test may take says nothing about it.
  test: { include: ['tests/unit/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
})
