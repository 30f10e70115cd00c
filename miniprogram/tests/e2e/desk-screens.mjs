// Pictures of the desk for each role, of the firm's books, and of the board that everybody may read.
import { ask, enter, packagePages } from './album.mjs'
import { nameOf } from './screens.mjs'

const desk = (...names) => ['home', 'queue', ...names].map((name) => `pages-staff/${name}/${name}`)
const FIGURES = 'pages-street/figures/figures'
/** Who looks at what; the community's officer has every page of the desk, the street every one of its own. */
const ROLES = {
  dispatcher: () => [...desk('intake', 'residencies', 'templates'), FIGURES, ...packagePages('pages-books')],
  worker: () => desk(),
  officer: () => packagePages('pages-staff'),
  street: () => [...desk('hotline'), ...packagePages('pages-street'), ...packagePages('pages-board')],
}
const FORMS = ['派单', '办结', '转入等待', '不予受理', '调整类别', '合并到另一张']

/** A ticket of the queue in each state, so that every act's button is seen once. */
async function picturesOfTickets(person, album, mark) {
  const { items } = await ask(person, '/desk/tickets')
  for (const [state, id] of new Map(items.map((one) => [one.state, one.id])))
    await album.picture(person, `pages-staff/ticket/ticket?id=${id}`, `${mark}-staff-ticket-${state}`)
}

async function picturesOfForms(person, album, mark) {
  const { items } = await ask(person, '/desk/tickets')
  const ticket = items.find(({ state }) => state === 'acknowledged') ?? items[0]
  for (const name of FORMS) {
    await person.page.goto('about:blank')
    await person.go(`pages-staff/ticket/ticket?id=${ticket.id}`)
    await person.shown('uni-button', { hasText: name }).first().click()
    await person.settle()
    await album.shoot(person, `${mark}-form-${name}`)
  }
  await person.go('pages-staff/queue/queue')
  await person.shown('uni-button', { hasText: '更多筛选' }).click()
  await album.shoot(person, `${mark}-queue-filters`)
  await person.shown('uni-button', { hasText: '批量办理' }).click()
  await person.press('全选本页')
  await person.shown('[role=radio]', { hasText: /^\s*派单\s*$/ }).click()
  await person.settle()
  await album.shoot(person, `${mark}-queue-batch`)
}

async function queriesOf(person) {
  const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const [post] = (await ask(person, '/me/posts')).items
  return {
    'pages-street/behind/behind': `first=${day(-60)}&last=${day(0)}&measure=resolution_due`,
    'pages-board/board/board': `community=${post.community_id}`,
  }
}

async function picturesOfRole(browser, album, role, phone) {
  const person = await enter(browser, album, phone)
  const queries = await queriesOf(person)
  const paths = ROLES[role]().filter((path) => path !== 'pages-staff/ticket/ticket')
  await album.visit(person, role, async (mark, { language }) => {
    for (const path of paths) {
      const address = queries[path] ? `${path}?${queries[path]}` : path
      await album.picture(person, address, `${mark}-${nameOf(path)}`)
    }
    if (album.wants('pages-staff/ticket/ticket')) await picturesOfTickets(person, album, mark)
    if (role === 'dispatcher' && language === 'zh-Hans' && album.wants('pages-staff/ticket/ticket'))
      await picturesOfForms(person, album, mark)
  })
  await person.close()
}

export async function picturesOfDesk(browser, album, people) {
  for (const role of Object.keys(ROLES)) await picturesOfRole(browser, album, role, people[role])
}
