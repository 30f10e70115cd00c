/** Builds the voting core alone into one file, dist/voting/voting.cjs, for the tests and benchmarks outside a page. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

export default defineConfig({
  build: {
    target: 'es2017',
    outDir: 'dist/voting',
    minify: false,
    copyPublicDir: false,
    lib: {
      entry: fileURLToPath(new URL('./src/voting/index.ts', import.meta.url)),
      formats: ['cjs'],
      fileName: () => 'voting.cjs',
    },
  },
})
