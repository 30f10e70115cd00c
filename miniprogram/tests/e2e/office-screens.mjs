// Pictures of an assembly's offices and of its chair: before anybody has a key, and when the poll is ready.
import { ask, enter, packagePages } from './album.mjs'
import { holdsCeremony, joins, makesCodes, OFFICE_NAMES, openOffice, takesStep } from './office-work.mjs'
import { nameOf } from './screens.mjs'

const OWN = {
  registrar: ['list', 'registrar', 'seal', 'notices'],
  trustee: ['trustee', 'backup'],
  auditor: ['auditor'],
  counter: ['counter'],
}

/** Everybody who works for the assembly, each in a profile of their own. */
async function enterAll(browser, album, people) {
  const entered = []
  for (const [name, phone] of Object.entries(people)) {
    const office = name.replace(/-\d+$/, '')
    if (office in OWN) entered.push({ name, office, person: await enter(browser, album, phone) })
  }
  return entered
}

const isFirst = ({ name }) => !/-[2-9]$/.test(name)

async function picturesOfOffice(album, { person, office }, assembly, phase, elector) {
  const query = `id=${assembly}&index=1&elector=${elector}`
  const own = packagePages('pages-office').filter((path) => OWN[office].includes(path.split('/')[1]))
  await album.visit(person, phase, async (mark) => {
    for (const path of own)
      await album.picture(
        person,
        path.endsWith('list') ? path : `${path}?${query}`,
        `${mark}-${nameOf(path)}`,
      )
  })
}

/** Pictures whose pages need a deed first: a phone that was read, a backup that was made. */
async function picturesOfDeeds(album, { registrar, trustee, owner }, assembly, elector) {
  const code = (await owner.shown('.device-code').innerText()).trim()
  await album.visit(registrar, '', async (mark, { language }) => {
    const address = `pages-office/seal/seal?id=${assembly}&index=1&elector=${elector}`
    if (!album.wants(address) || language !== 'zh-Hans') return
    await album.picture(registrar, address, `${mark}-office-seal`)
    await registrar.fill('粘贴业主手机上复制的设备码', code)
    await registrar.press('读取')
    await registrar.see('请与业主屏幕上的指纹逐组核对')
    await album.shoot(registrar, `${mark}-office-seal-compare`)
  })
  await album.visit(trustee, '', async (mark, { language }) => {
    const address = `pages-office/backup/backup?id=${assembly}&index=1`
    if (!album.wants(address) || language !== 'zh-Hans') return
    await album.picture(trustee, address, `${mark}-office-backup`)
    await trustee.press('生成备份')
    await trustee.see('恢复码')
    await album.shoot(trustee, `${mark}-office-backup-made`)
  })
}

async function picturesOfChair(browser, album, phone) {
  const chair = await enter(browser, album, phone)
  const [post] = (await ask(chair, '/me/posts')).items.filter(({ role }) => role === 'chair')
  const [{ id }] = (await ask(chair, `/communities/${post.community_id}/assemblies`)).items
  const place = `community=${post.community_id}`
  const queries = { list: '', draft: place, roll: place, assembly: `id=${id}`, people: `id=${id}` }
  await album.visit(chair, '', async (mark) => {
    for (const path of packagePages('pages-chair')) {
      const query = queries[path.split('/')[1]]
      await album.picture(chair, query ? `${path}?${query}` : path, `${mark}-${nameOf(path)}`)
    }
  })
  return { chair, assembly: id }
}

/** Has everybody do their part, so that nothing is missing for the poll. */
async function makesReady(officers, chair, assembly) {
  for (const { person, office } of officers) await joins(person, OFFICE_NAMES[office])
  await makesCodes(officers.find(({ office }) => office === 'registrar').person)
  await holdsCeremony(officers.filter(({ office }) => office === 'trustee').map(({ person }) => person))
  await takesStep(chair, assembly, '宣布就绪')
}

/** The elector that the registrar's table names first. */
async function firstElector(registrar) {
  await openOffice(registrar, OFFICE_NAMES.registrar)
  return (await registrar.shown('.table-row:not(.head) .table-cell.strong').first().innerText()).trim()
}

export async function picturesOfOffices(browser, album, people) {
  const { chair, assembly } = await picturesOfChair(browser, album, people.chair)
  if (!packagePages('pages-office').some((path) => album.wants(path))) return
  const officers = await enterAll(browser, album, people)
  const first = officers.filter(isFirst)
  for (const one of first) await picturesOfOffice(album, one, assembly, 'before', '')
  await makesReady(officers, chair, assembly)
  const [registrar, trustee] = ['registrar', 'trustee'].map(
    (office) => first.find((one) => one.office === office).person,
  )
  const elector = await firstElector(registrar)
  for (const one of first) await picturesOfOffice(album, one, assembly, '', elector)
  const owner = await enter(browser, album, people.owner)
  await owner.go('pages-vote/device/device')
  await owner.see('这台手机已登记')
  await picturesOfDeeds(album, { registrar, trustee, owner }, assembly, elector)
  await album.visit(chair, 'ready', (mark) =>
    album.picture(chair, `pages-chair/assembly/assembly?id=${assembly}`, `${mark}-chair-assembly`),
  )
  for (const person of [...officers.map((one) => one.person), chair, owner]) await person.close()
}
