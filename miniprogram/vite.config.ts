import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import uniPlugin from '@dcloudio/vite-plugin-uni'

// In an ESM package the CommonJS plugin arrives as { default: fn }.
const uni = (uniPlugin as unknown as { default?: typeof uniPlugin }).default ?? uniPlugin

const ICON_FONT = readFileSync(
  createRequire(import.meta.url).resolve('wot-design-uni/components/wd-icon/wd-icons.ttf'),
).toString('base64')
const DCLOUD_IMAGE = /url\(["']?https:\/\/cdn\.dcloud\.net\.cn\/[^)]*\)/g
const ALIBABA_FONT = /(@font-face\s*\{[^}]*?)src:\s*url\([^}]*at\.alicdn\.com[^;}]*/g

/** Fetch nothing from others: uni-h5's styles name images of DCloud's, wot's icons a font of Alibaba's. */
function noForeignHosts(): Plugin {
  return {
    name: 'no-foreign-hosts',
    enforce: 'post',
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

export default defineConfig({
  plugins: [uni(), noForeignHosts()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: { target: process.env.UNI_PLATFORM === 'mp-weixin' ? 'es2017' : 'es2020' },
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
})
