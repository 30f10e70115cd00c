// Pictures of what an owner sees, and of what a guest sees.
import { ask, enter, packagePages } from './album.mjs'
import { feePages } from './pages-fees.mjs'

const GUEST = ['pages/home/home', 'pages/sign-in/sign-in', 'pages/mine/mine', 'pages-mine/settings/settings']
const OWN = ['pages', 'pages-ticket', 'pages-mine', 'pages-vote', 'pages-fees']

/** Addresses of pages that need to be told what to show; of all others the path is the address. */
async function addressesOf(person) {
  const [{ items: tickets }, assemblies] = [await ask(person, '/me/tickets'), await assembliesOf(person)]
  const oneOfEach = new Map(tickets.map(({ id, state }) => [state, id]))
  const shown = assemblies.map(({ id }) => id)
  const of = (page) =>
    shown.map((id, place) => ({ query: `id=${id}`, mark: place ? `-${place + 1}` : '', page }))
  return {
    'pages-ticket/detail/detail': [...oneOfEach].map(([state, id]) => ({
      query: `id=${id}`,
      mark: `-${state}`,
    })),
    'pages-vote/assembly/assembly': of(),
    'pages-vote/cast/cast': of(),
    'pages-vote/result/result': of(),
    ...(await feePages(person)),
  }
}

async function assembliesOf(person) {
  const { items } = await ask(person, '/me/homes')
  return (await ask(person, `/communities/${items[0].community_id}/assemblies`)).items
}

export async function picturesOfOwner(browser, album, phone) {
  const guest = await enter(browser, album)
  await album.visit(guest, 'guest', async (mark) => {
    for (const path of GUEST) await album.picture(guest, path, `${mark}-${path.split('/').at(-1)}`)
  })
  await guest.close()
  const owner = await enter(browser, album, phone)
  const addresses = await addressesOf(owner)
  await album.visit(owner, '', async (mark) => {
    for (const path of OWN.flatMap(packagePages))
      for (const { query, mark: which } of addresses[path] ?? [{ query: '', mark: '' }])
        await album.picture(owner, query ? `${path}?${query}` : path, `${mark}-${nameOf(path)}${which}`)
  })
  await owner.close()
}

/** The package and the page, as "fees-bills"; those of the tab bar have no package of note. */
export function nameOf(path) {
  const [root, page] = path.split('/')
  return [...root.split('-').slice(1), page].join('-')
}
