/**
 * Verifies a record in Chromium on the thread that the built app uses: node bench/verifying.mjs URL CHROMIUM WORKER
 * < ORDER.json, one JSON line out.
 *
 * WORKER is the address of the built worker below URL. ORDER holds `uuid`, `assembly`, and of the files manifest, roll,
 * election, heads and area the paths. `verify` is the wall clock in milliseconds, `ballots` how many were proven, `told`
 * how often progress was told, `still` the longest time that the page drew nothing meanwhile.
 */
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

const [url, executablePath, worker] = process.argv.slice(2)
const { uuid, assembly, ...paths } = JSON.parse(readFileSync(0, 'utf8'))
const files = Object.fromEntries(
  Object.entries(paths).map(([name, path]) => [name, readFileSync(path).toString('base64')]),
)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const page = await browser.newPage()
await page.goto(url)
await page.waitForLoadState('networkidle')
const answer = await page.evaluate(verified, { uuid, assembly, files, worker })
await browser.close()
process.stdout.write(`${JSON.stringify(answer)}\n`)

async function verified({ uuid: id, assembly: place, files: given, worker: address }) {
  const bytesOf = (name) => Uint8Array.from(atob(given[name]), (letter) => letter.charCodeAt(0))
  const [manifest, roll, election, heads, area] = ['manifest', 'roll', 'election', 'heads', 'area'].map(
    bytesOf,
  )
  const record = { uuid: id, assembly: place, fixed: { manifest, roll, election }, heads, area }
  const drawn = [performance.now()]
  const draw = () => {
    drawn.push(performance.now())
    requestAnimationFrame(draw)
  }
  requestAnimationFrame(draw)
  const started = performance.now()
  let told = 0
  const archives = await new Promise((resolve, reject) => {
    const thread = new Worker(address, { type: 'module' })
    thread.onerror = ({ message }) => reject(new Error(message))
    thread.onmessage = ({ data }) => {
      if (data.kind === 'progress') told += 1
      else if (data.kind === 'archives') resolve(data.archives)
      else reject(new Error(`${data.refusal.rule}: ${data.refusal.message}`))
    }
    thread.postMessage(record)
  })
  const verify = performance.now() - started
  const still = Math.max(...drawn.slice(1).map((at, place) => at - drawn[place]))
  return { verify, ballots: archives.heads.ballotHashes.length, told, still }
}
