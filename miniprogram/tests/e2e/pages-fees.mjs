// The pages of fees and disclosure that an owner sees, with the addresses of what stands in them.

const UNIT = ['bills', 'receipts', 'year', 'viewers', 'cases', 'pay']
const PLAIN = ['overview', 'disclosure', 'entries', 'fund', 'questions']

/** Returns the pages' paths, for the first home of whoever is signed in. */
export async function feePages(person) {
  const found = await person.page.evaluate(async () => {
    const { data } = JSON.parse(localStorage.getItem('session'))
    const get = async (path) => {
      const answer = await fetch(`/api/v1${path}`, { headers: { Authorization: `Bearer ${data.token}` } })
      return (await answer.json()).items
    }
    const [home] = await get('/me/fees')
    if (!home) return null
    const at = `/communities/${home.community_id}/units/${home.unit_id}`
    const [receipts, bills] = [await get(`${at}/receipts`), await get(`${at}/bills`)]
    return {
      query: `community=${home.community_id}&unit=${home.unit_id}`,
      number: receipts[0]?.number,
      bills: bills
        .filter(({ open_fen: fen }) => fen > 0)
        .map(({ id }) => id)
        .join(','),
    }
  })
  const pages = PLAIN.map((name) => `pages-fees/${name}/${name}`)
  if (!found) return pages
  const { query, number, bills } = found
  pages.push(...UNIT.map((name) => `pages-fees/${name}/${name}?${query}`))
  if (bills) pages.push(`pages-fees/dispute/dispute?${query}&bills=${bills}`)
  if (number) pages.push(`pages-fees/receipt/receipt?${query}&number=${number}`)
  return pages
}
