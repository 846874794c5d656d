// Takes a picture of every page of a build of the mode "mock", in both themes and two
// sizes, and reports what axe and the console say of it.
// Usage: node e2e/shots.mjs FOLDER [part of a name]
import { mkdirSync, readFileSync } from 'node:fs'
import { browse, faults, serve } from './browser.mjs'

const [folder = '../.cache/web-mock', only = ''] = process.argv.slice(2)
const demo = JSON.parse(readFileSync(new URL('../src/test/mock/demo.json', import.meta.url), 'utf8'))
const bucket = demo.resources.find((r) => r.type === 'aws_s3_bucket') ?? demo.resources[0]
const role = demo.resources.find((r) => (r.relations ?? []).length > 1) ?? bucket
const long = demo.issues.reduce((a, b) => (b.path.length > a.path.length ? b : a))
const at = (r) => `/resource?account=${r.account}&id=${encodeURIComponent(r.id)}`

const pages = {
  overview: '/',
  issues: '/issues',
  issue: `/issues/${demo.issues[2].key}`,
  issuelong: `/issues/${long.key}?step=2`,
  fixes: `/fixes?fix=${encodeURIComponent(demo.fixes[1].key)}`,
  campaigns: '/fixes?tab=campaigns',
  aside: '/fixes?tab=aside',
  findings: '/findings?severity=high&severity=medium',
  finding: `/findings/${demo.findings[0].key}`,
  inventory: '/inventory',
  hostile: '/inventory?text=onerror',
  resource: at(bucket),
  relations: `${at(role)}&tab=relations`,
  history: `${at(bucket)}&tab=history`,
  identities: '/identities',
  who: '/access?action=s3:GetObject&resource=arn:aws:s3:::x/*',
  what: '/access?tab=what&principal=front',
  explain: '/access?tab=explain&principal=front&action=s3:GetObject&resource=x',
  graph: '/graph?query=internet+-%3E+*+-%3E+datastore',
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
  missing: '/issues/none',
  empty: '/findings?text=zzzzzz',
}

const out = new URL('./out/', import.meta.url).pathname
mkdirSync(out, { recursive: true })
const server = await serve(folder)
let wrong = 0
for (const [size, viewport] of Object.entries({ wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } })) {
  for (const colorScheme of ['light', 'dark']) {
    const browser = await browse({ viewport, colorScheme, reducedMotion: 'reduce' })
    const page = await browser.context.newPage()
    const said = []
    page.on('console', (m) => ['error', 'warning'].includes(m.type()) && said.push(m.text()))
    page.on('pageerror', (e) => said.push(String(e)))
    for (const [name, path] of Object.entries(pages)) {
      if (!name.includes(only)) continue
      said.length = 0
      await page.goto(server.url + path)
      await page.waitForSelector('h1, .state')
      await page
        .waitForFunction(() => !document.querySelector('[role=status][aria-label=Loading], [aria-busy=true]'), undefined, {
          timeout: 10000,
        })
        .catch(() => said.push('still loading'))
      await page.waitForTimeout(150)
      await page.screenshot({ path: `${out}${name}-${size}-${colorScheme}.png`, fullPage: process.env.FULL === '1' })
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (beyond > 0) said.push(`the page is ${beyond} pixels too wide`)
      const list = [...said, ...(await faults(page))]
      wrong += list.length
      if (list.length > 0) console.log(`${name} ${size} ${colorScheme}\n  ${list.join('\n  ')}`)
    }
    await browser.close()
  }
}
server.close()
console.log(wrong === 0 ? 'nothing is wrong' : `${wrong} things are wrong`)
process.exitCode = wrong === 0 ? 0 : 1
