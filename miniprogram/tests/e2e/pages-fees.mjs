// What the pages of fees and disclosure that an owner sees must be told: of which home, bill, receipt, matter.
import { ask } from './album.mjs'

const UNIT = ['bills', 'receipts', 'year', 'viewers', 'cases', 'pay']

/** Returns addresses by page, for the first home of whoever is signed in. */
export async function feePages(person) {
  const [home] = (await ask(person, '/me/fees')).items
  const at = `/communities/${home.community_id}/units/${home.unit_id}`
  const lists = ['receipts', 'bills', 'arrears-cases'].map(
    async (list) => (await ask(person, `${at}/${list}`)).items,
  )
  const [receipts, bills, cases] = await Promise.all(lists)
  const open = bills.filter(({ open_fen: fen }) => fen > 0).map(({ id }) => id)
  const query = `community=${home.community_id}&unit=${home.unit_id}`
  const told = {
    ...Object.fromEntries(UNIT.map((name) => [name, query])),
    dispute: `${query}&bills=${open.join(',')}`,
    receipt: `${query}&number=${receipts[0]?.number}`,
    case: `id=${cases[0]?.id}`,
  }
  return Object.fromEntries(
    Object.entries(told).map(([name, text]) => [`pages-fees/${name}/${name}`, [{ query: text, mark: '' }]]),
  )
}
