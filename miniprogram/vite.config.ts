import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import uniPlugin from '@dcloudio/vite-plugin-uni'

// In an ESM package the CommonJS plugin arrives as { default: fn }.
const uni = (uniPlugin as unknown as { default?: typeof uniPlugin }).default ?? uniPlugin

const ICON_FONT = readFileSync(
  createRequire(import.meta.url).resolve('wot-design-uni/components/wd-icon/wd-icons.ttf'),
).toString('base64')
const DCLOUD_IMAGE = /url\(["']?https:\/\/cdn\.dcloud\.net\.cn\/[^)]*\)/g
const ALIBABA_FONT = /(@font-face\s*\{[^}]*?)src:\s*url\([^}]*at\.alicdn\.com[^;}]*/g

const FOREIGN_ADDRESS = /https:\/\/(?:[\w.-]*\.dcloud\.net\.cn|vuejs\.org)\/[\w./#-]*/g

/**
 * Fetches nothing from others: uni-h5's scripts name servers for advertisements, its styles images of
 * DCloud's, wot's icons a font of Alibaba's. tests/bundle/check.mjs refuses a build that names any host.
 */
function noForeignHosts(): Plugin {
  return {
    name: 'no-foreign-hosts',
    enforce: 'post',
    renderChunk: (code) => ({ code: code.replace(FOREIGN_ADDRESS, ''), map: null }),
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !/\.(css|wxss)$/.test(file.fileName)) continue
        file.source = String(file.source)
          .replace(DCLOUD_IMAGE, 'none')
          .replace(ALIBABA_FONT, `$1src:url(data:font/ttf;base64,${ICON_FONT}) format("truetype")`)
      }
    },
  }
}

/** Under this many bytes packing a file gains nothing. */
const LEAST_PACKED = 1024
/** The largest window, and as much work as it takes: a file is packed once and sent often. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } }

/** Packs the browser's files once at the build, so that the server never has to (backend/infra/webapp.py). */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: () => process.env.UNI_PLATFORM !== 'mp-weixin',
    writeBundle({ dir }, bundle) {
      for (const file of Object.values(bundle)) {
        if (!dir || !/\.(js|css|html)$/.test(file.fileName)) continue
        const content = Buffer.from(file.type === 'chunk' ? file.code : file.source)
        if (content.length < LEAST_PACKED) continue
        writeFileSync(join(dir, `${file.fileName}.gz`), gzipSync(content, { level: 9 }))
        writeFileSync(join(dir, `${file.fileName}.br`), brotliCompressSync(content, BROTLI))
      }
    },
  }
}

export default defineConfig({
  plugins: [uni(), noForeignHosts(), packed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: { target: process.env.UNI_PLATFORM === 'mp-weixin' ? 'es2017' : 'es2020' },
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
})
