// What officers of an assembly do in their browsers, on the way from a frozen roll to a poll that is ready.
export const OFFICE_NAMES = {
  registrar: '凭证管理员',
  trustee: '密钥保管人',
  auditor: '审计人',
  counter: '纸票录入人',
}
const A_CODE = /[1-9A-HJ-NP-Za-km-z]{3}(-[1-9A-HJ-NP-Za-km-z]{3}){4}/

/** Opens the office of a person from the list of offices. */
export async function openOffice(person, title) {
  await person.go('pages/home/home') // a page that is open already does not load again by its address
  await person.go('pages-office/list/list')
  await person.press(title)
  await person.settle()
}

/** Makes the keys of an office and publishes their public halves. */
export async function joins(person, title) {
  await openOffice(person, title)
  await person.press('生成并公布密钥')
  await person.see('您的密钥指纹')
  await person.settle()
}

/** Has the registrar make every code; its page stays open. */
export async function makesCodes(registrar) {
  await openOffice(registrar, OFFICE_NAMES.registrar)
  await registrar.press('生成并提交')
  await registrar.see('投票码与名册一致')
  await registrar.settle()
}

/** Opens the sheets for the printer; returns what stands on each, with its code. */
export async function printsNotices(registrar) {
  await registrar.press('打开通知书')
  await registrar.shown('.notice').first().waitFor()
  const sheets = await registrar
    .shown('.notice')
    .evaluateAll((notices) => notices.map((one) => one.innerText))
  return sheets.map((text) => ({ text, code: A_CODE.exec(text)[0] }))
}

/** Compares the others' keys and makes the key with them; `between` is told of each round's beginning. */
export async function holdsCeremony(trustees, between = async () => undefined) {
  for (const person of trustees) {
    await openOffice(person, OFFICE_NAMES.trustee)
    await person.press('我已逐一核对')
  }
  for (let round = 1; round <= 3; round += 1) {
    for (const [place, person] of trustees.entries()) {
      await openOffice(person, OFFICE_NAMES.trustee)
      if (place === 0) await between(round, person)
      await person.press('完成我的这一轮')
      const told = person.shown('.chip', { hasText: '人完成' }).nth(round - 1)
      await told.filter({ hasText: `${place + 1} / ${trustees.length}` }).waitFor({ timeout: 60_000 })
      await person.settle()
      person.check(`trustee ${place + 1}, round ${round}`)
    }
  }
}

/** Answers what a page asks before it acts. */
export async function confirm(person) {
  await person.page.locator('.uni-modal__btn_primary').locator('visible=true').click()
}

/** Has the chair take the assembly a step on. */
export async function takesStep(chair, assembly, name) {
  await chair.go(`pages-chair/assembly/assembly?id=${assembly}`)
  await chair.press('刷新')
  await chair.settle()
  await chair.shown('uni-button.primary', { hasText: name }).first().click()
  await confirm(chair)
  await chair.page.waitForTimeout(300)
  await chair.settle()
  chair.check(name)
}
