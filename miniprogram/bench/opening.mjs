/**
 * Opens the app in Chromium as on a slow phone: node bench/opening.mjs URL CHROMIUM RATE ROUNDS, one JSON line out.
 *
 * Each round is a profile of its own, so nothing is cached. RATE slows the processor that many times; the network is
 * the fast 3G of Lighthouse. Times are medians in milliseconds from the start of the navigation: `paint` is the First
 * Contentful Paint, `content` the first picture with the home page's own content for somebody who is not signed in.
 * `bytes` is how much came over the wire, `requests` what was fetched, from when to when, in the last round.
 */
import { chromium } from 'playwright-core'

const [url, executablePath, rate, rounds] = process.argv.slice(2)
const FAST_3G = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1024 * 1024) / 8,
  uploadThroughput: (750 * 1024) / 8,
}
const OWN_CONTENT = '.home-guest'

function watch(selector) {
  const look = () => {
    if (document.querySelector(selector)) {
      requestAnimationFrame(() => setTimeout(() => (window.shownAt = performance.now())))
    } else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

async function opened(browser) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
  const page = await context.newPage()
  await page.addInitScript(watch, OWN_CONTENT)
  const device = await context.newCDPSession(page)
  await device.send('Network.enable')
  await device.send('Network.emulateNetworkConditions', FAST_3G)
  await device.send('Emulation.setCPUThrottlingRate', { rate: Number(rate) })
  let bytes = 0
  device.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
  await page.goto(url)
  await page.waitForFunction(() => window.shownAt !== undefined)
  const told = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null,
    content: window.shownAt,
    requests: performance
      .getEntriesByType('resource')
      .map(({ name, startTime, responseEnd }) => [
        new URL(name).pathname,
        Math.round(startTime),
        Math.round(responseEnd),
      ]),
  }))
  await context.close()
  return { ...told, bytes }
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const every = []
for (let round = 0; round < Number(rounds); round += 1) every.push(await opened(browser))
await browser.close()
const median = (name) =>
  every.map((each) => each[name]).sort((left, right) => left - right)[every.length >> 1]
const { requests } = every.at(-1)
process.stdout.write(
  `${JSON.stringify({ paint: median('paint'), content: median('content'), bytes: median('bytes'), requests })}\n`,
)
