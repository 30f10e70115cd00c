// Writes a picture of every page of src/pages.json, for whoever uses it, and names what is wrong with any.
// Environment: APP_URL, SMS_FILE, PEOPLE (JSON: role to phone), OUT (a folder), WIDTHS, TEXT_SIZES,
// APP_LANGUAGES, ONLY (a part of paths). Run by scripts/screenshots.
import { Album } from './album.mjs'
import { launch } from './browser.mjs'
import { picturesOfDesk } from './desk-screens.mjs'
import { picturesOfOffices } from './office-screens.mjs'
import { picturesOfOwner } from './screens.mjs'

const { APP_URL, SMS_FILE, PEOPLE, OUT, WIDTHS, TEXT_SIZES, APP_LANGUAGES, ONLY } = process.env
const people = JSON.parse(PEOPLE)
const album = new Album({
  server: { url: APP_URL, smsFile: SMS_FILE },
  out: OUT,
  widths: WIDTHS.split(',').map(Number),
  sizes: TEXT_SIZES.split(','),
  languages: APP_LANGUAGES.split(','),
  only: ONLY,
})
const browser = await launch()
try {
  await picturesOfOwner(browser, album, people.owner)
  await picturesOfDesk(browser, album, people)
  await picturesOfOffices(browser, album, people)
} finally {
  await browser.close()
  album.wrongs().forEach((wrong) => console.error(wrong))
}
process.exit(album.wrongs().length === 0 ? 0 : 1)
