import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const ELEMENTS = ['view', 'image', 'text', 'scroll-view', 'swiper', 'picker']

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => ELEMENTS.includes(tag) } } })],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: { include: ['tests/unit/**/*.test.ts'] },
})
