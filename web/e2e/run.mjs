// Walks through the dashboard of a running `stance serve`, as a person would.
//
//   STANCE_URL       where it listens, such as http://127.0.0.1:8642
//   STANCE_PASSWORD  the password of admin, printed when the server first started
//   STANCE_CHANGE    a command that opens a new bucket to everyone and prints its name last;
//                    without it that step is left out, and said to be
//
// Pictures are kept in e2e/out. Ends with 1 when anything is not as it should be.
import { strict as assert } from 'node:assert'
import { exec } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { browse, faults } from './browser.mjs'

const url = (process.env.STANCE_URL ?? 'http://127.0.0.1:8642').replace(/\/$/, '')
const password = process.env.STANCE_PASSWORD
if (!password) {
  console.error('STANCE_PASSWORD is not set')
  process.exit(2)
}
const out = new URL('./out/', import.meta.url).pathname
mkdirSync(out, { recursive: true })

const patience = 90_000 // milliseconds for what takes a reading or a judging
const said = []
const problems = []

async function open() {
  const browser = await browse({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  const page = await browser.context.newPage()
  page.setDefaultTimeout(30_000)
  page.on(
    'console',
    (m) => m.type() === 'error' && !/status of (401|403|404|409)/.test(m.text()) && said.push(`${page.url()}: ${m.text()}`),
  )
  page.on('pageerror', (e) => said.push(`${page.url()}: ${e}`))
  page.on('request', (r) => new URL(r.url()).origin !== url && said.push(`it asks elsewhere: ${r.url()}`))
  return { ...browser, page }
}

async function step(name, act) {
  const began = Date.now()
  try {
    await act()
    console.log(`ok    ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`)
  } catch (error) {
    problems.push(name)
    console.log(`FAIL  ${name}\n      ${String(error).split('\n').slice(0, 6).join('\n      ')}`)
    await admin.page.screenshot({ path: `${out}failed-${problems.length}.png` }).catch(() => {})
  }
}

async function signIn(page, name, secret) {
  await page.goto(`${url}/`)
  await page.getByLabel(/^Name/).fill(name)
  await page.getByLabel(/^Password/).fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
}

const title = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor()
const shoot = (page, name) => page.screenshot({ path: `${out}e2e-${name}.png` })

const admin = await open()
const { page } = admin
const secretOf = async () => ((await page.getByRole('dialog').locator('pre').textContent()) ?? '').trim()

await step('nobody is let in without signing in', async () => {
  await page.goto(`${url}/issues`)
  await title(page, 'Sign in to Stance')
  await shoot(page, 'sign-in')
  await page.getByLabel(/^Name/).fill('admin')
  await page.getByLabel(/^Password/).fill('certainly not')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
})

await step('sign in', () => signIn(page, 'admin', password))

await step('the page is live', () => page.getByRole('status').filter({ hasText: 'Live' }).waitFor())

let issue = ''
await step('find the top issue', async () => {
  await page.getByRole('region', { name: 'The worst issue' }).waitFor({ timeout: patience })
  await shoot(page, 'overview')
  await page.getByRole('link', { name: /Follow the path/ }).click()
  await page.getByText(/^Step 1 of/).waitFor()
  issue = page.url().replace(/\?.*/, '')
})

await step('follow its path to the end', async () => {
  const steps = page.getByRole('list', { name: 'The way of an attacker' }).getByRole('button')
  const count = await steps.count()
  assert.ok(count > 0, 'the path has no steps')
  for (let n = 1; n <= count; n++) {
    await page.getByText(`Step ${n} of ${count}`, { exact: true }).waitFor()
    assert.ok(((await page.locator('.step-says').textContent()) ?? '').length > 10, 'the step says nothing')
    await shoot(page, `issue-step-${n}`)
    if (n < count) await page.getByRole('button', { name: 'Next step' }).click()
  }
  assert.ok((await page.locator('.evidence').count()) > 0 || count > 1, 'nothing proves it')
})

await step('a new public bucket appears without reload', async () => {
  if (!process.env.STANCE_CHANGE) return console.log('      left out: STANCE_CHANGE is not set')
  await page.goto(`${url}/findings?severity=critical&severity=high&text=acme-share`)
  await title(page, 'Findings')
  await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))
  const { stdout } = await promisify(exec)(process.env.STANCE_CHANGE)
  const bucket = stdout.trim().split('\n').at(-1)
  const began = Date.now()
  await page.locator('.mantine-Notification-root').filter({ hasText: bucket }).first().waitFor({ timeout: patience })
  console.log(`      its news came ${((Date.now() - began) / 1000).toFixed(1)} s after the change`)
  await shoot(page, 'new-bucket-news')
  await page.getByRole('row').filter({ hasText: bucket }).first().waitFor({ timeout: patience })
  assert.ok(await page.evaluate(() => globalThis.sameDocument === true), 'the page was loaded again')
  await shoot(page, 'new-bucket')
})

const approver = `approver-${Date.now().toString(36)}`
let approverPassword = ''
await step('add somebody who approves', async () => {
  await page.goto(`${url}/settings?tab=users`)
  await page.getByRole('button', { name: 'Add a user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Name/).fill(approver)
  await dialog
    .getByRole('combobox', { name: /^Role/ })
    .or(dialog.getByRole('textbox', { name: /^Role/ }))
    .first()
    .click()
  await page.getByRole('option', { name: 'approver' }).click()
  await dialog.getByRole('button', { name: 'Add' }).click()
  await page.getByText('The new password').waitFor()
  approverPassword = await secretOf()
  await page.getByRole('button', { name: 'Done' }).click()
})

await step('ask for the risk to be accepted until a date', async () => {
  await page.goto(issue)
  await page.getByRole('button', { name: 'Accept risk' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Reason/).fill('The export moves to the new platform; until then it stays.')
  await dialog.getByRole('button', { name: '1 month' }).click()
  await shoot(page, 'accept')
  await dialog.getByRole('button', { name: 'Ask for it' }).click()
  await page
    .getByText(/waits for approval/)
    .first()
    .waitFor()
})

await step('another person approves it, and the issue is accepted', async () => {
  const other = await open()
  try {
    await signIn(other.page, approver, approverPassword)
    await other.page.goto(`${url}/exceptions?state=waiting`)
    await other.page.getByRole('row').filter({ hasText: 'The export moves' }).getByRole('button', { name: 'Approve' }).click()
    await other.page.getByText('Nothing waits for approval').or(other.page.getByText('Approved')).first().waitFor()
    await shoot(other.page, 'approved')
  } finally {
    await other.close()
  }
  await page.goto(issue)
  await page
    .getByText(/^Accepted/)
    .first()
    .waitFor({ timeout: patience })
  await shoot(page, 'accepted')
  await page.goto(`${url}/issues?state=excepted`)
  await page.getByRole('row').nth(1).waitFor()
})

await step('the accepted risk is ended, and stands again', async () => {
  await page.goto(`${url}/exceptions`)
  await page.getByRole('row').filter({ hasText: 'The export moves' }).getByRole('button', { name: 'End' }).click()
  await page.getByText('the risk stands again').first().waitFor()
})

const pages = {
  overview: '/',
  issues: '/issues',
  issue: issue.slice(url.length),
  fixes: '/fixes',
  campaigns: '/fixes?tab=campaigns',
  aside: '/fixes?tab=aside',
  findings: '/findings',
  inventory: '/inventory',
  identities: '/identities',
  access: '/access',
  graph: '/graph',
  compliance: '/compliance',
  framework: '/compliance/cis-aws-7.0',
  drift: '/drift',
  exceptions: '/exceptions?state=all',
  coverage: '/work',
  jobs: '/work?tab=jobs',
  deliveries: '/work?tab=deliveries',
  events: '/work?tab=events',
  settings: '/settings',
  users: '/settings?tab=users',
  audit: '/settings?tab=audit',
  configuration: '/settings?tab=configuration',
}

async function settle() {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForFunction(() => !document.querySelector('[role=status][aria-label=Loading], [aria-busy=true]'), undefined, {
    timeout: 30_000,
  })
}

await step('the resources of a row open, with configuration, findings, relations and history', async () => {
  await page.goto(`${url}/inventory?type=aws_s3_bucket`)
  await settle()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/resource/)
  for (const tab of ['Configuration', 'Findings', 'Relations', 'History']) {
    await page.getByRole('tab', { name: tab }).click()
    await settle()
    assert.equal(await page.getByRole('alert').count(), 0, `${tab}: ${await page.getByRole('alert').allInnerTexts()}`)
    await shoot(page, `resource-${tab.toLowerCase()}`)
  }
})

await step('a finding opens', async () => {
  await page.goto(`${url}/findings`)
  await settle()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Why it matters' }).waitFor()
  await shoot(page, 'finding')
})

await step('a question to the graph is answered', async () => {
  await page.goto(`${url}/graph?query=${encodeURIComponent('internet -> * -> datastore')}`)
  await page
    .getByText(/ways? over|Nothing fits/)
    .first()
    .waitFor({ timeout: patience })
  await shoot(page, 'graph-answer')
})

await step('who can is answered', async () => {
  await page.goto(`${url}/access?action=s3%3AGetObject&resource=${encodeURIComponent('arn:aws:s3:::acme-orders-front/x')}`)
  await page
    .getByText(/holders? of|Nobody may/)
    .first()
    .waitFor({ timeout: patience })
  await shoot(page, 'who-can')
})

for (const colorScheme of ['light', 'dark']) {
  await step(`every page stands, and axe finds nothing, ${colorScheme}`, async () => {
    await page.emulateMedia({ colorScheme })
    const found = []
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(url + path)
      await settle()
      for (const text of await page.getByRole('alert').allInnerTexts()) found.push(`${name}: ${text.replaceAll('\n', ' ')}`)
      found.push(...(await faults(page)).map((f) => `${name}: ${f}`))
      await shoot(page, `${name}-${colorScheme}`)
    }
    assert.deepEqual(found, [])
  })
}

await step('sign out', async () => {
  await page.getByRole('button', { name: /^Signed in as/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await title(page, 'Sign in to Stance')
  await page.goto(`${url}/inventory`)
  await title(page, 'Sign in to Stance')
})

await step('the console is quiet, and nothing is asked of others', () => assert.deepEqual([...new Set(said)], []))

await admin.close()
console.log(problems.length === 0 ? 'all is well' : `${problems.length} steps failed`)
process.exitCode = problems.length === 0 ? 0 : 1
