import { describe, expect, it } from 'vitest'
import * as search from '@/routes/search'
import { parseSearch, stringifySearch } from '@/routes/search'
import { step as makeStep } from '@/test/factories'
import { accountOf } from './account'
import { ticks } from './chart'
import { brief, difference } from './diff'
import { layout } from './layers'
import { compact, percent, seconds } from './number'
import { step } from './tablekeys'
import { safeUrl, typeName, visible } from './text'
import { isStart, thingOf } from './thing'
import { age, endOfDay, parse, relative, utc } from './time'
import { segments, treeOf } from './tree'
import { actionName, falls, fixParts, things, wayOf } from './way'

describe('time', () => {
  const now = new Date('2026-11-23T12:00:00Z')
  it.each([
    ['2026-11-23T11:59:50Z', 'just now', '10s'],
    ['2026-11-23T11:15:00Z', '45 minutes ago', '45m'],
    ['2026-11-22T11:00:00Z', 'yesterday', '1d'],
    ['2026-12-07T12:00:00Z', 'in 2 weeks', '14d'],
  ])('%s is %s', (at, words, short) => {
    expect(relative(new Date(at), now)).toBe(words)
    expect(age(new Date(at), now)).toBe(short)
  })
  it('takes what is no moment as none', () => {
    expect([parse(undefined), parse(''), parse('soon'), parse('0001-01-01T00:00:00Z')]).toEqual([null, null, null, null])
  })
  it('shows the exact moment in UTC', () => {
    expect(utc(new Date('2026-11-23T01:02:03.456Z'))).toBe('2026-11-23 01:02:03.456 UTC')
    expect(utc(new Date('2026-11-23T01:02:03Z'))).toBe('2026-11-23 01:02:03 UTC')
  })
  it('ends a day at its last second, and takes no day that is none', () => {
    expect(endOfDay('2026-02-28')?.getHours()).toBe(23)
    expect([endOfDay('2026-02-30'), endOfDay('tomorrow'), endOfDay('')]).toEqual([null, null, null])
  })
})

describe('numbers', () => {
  it('never shows a part as all', () => {
    expect([percent(0.999), percent(1), percent(0.001), percent(0)]).toEqual(['99%', '100%', '<1%', '0%'])
  })
  it('shortens what is long', () => {
    expect([compact(12_345), compact(1_234_567), seconds(2.44), seconds(90), seconds(Number.NaN)]).toEqual([
      '12,345',
      '1.2M',
      '2.4 s',
      '90 s',
      '–',
    ])
  })
  it('finds round marks', () => {
    expect(ticks(0, 97, 4)).toEqual([0, 50, 100])
    expect(ticks(0, 0, 4).length).toBeGreaterThan(0)
  })
})

describe('hostile text', () => {
  it('makes hidden characters visible', () => {
    expect(visible('a\u202egnp.exe\u0000')).toBe('a⟨U+202E⟩gnp.exe⟨U+0000⟩')
    expect(visible('Ünïcödé 名前 🪣')).toBe('Ünïcödé 名前 🪣')
  })
  it('links only to web addresses', () => {
    expect(safeUrl('javascript:alert(1)')).toBeNull()
    expect(safeUrl('data:text/html,x')).toBeNull()
    expect(safeUrl('https://docs.aws.amazon.com/x')).toBe('https://docs.aws.amazon.com/x')
  })
  it('reads types', () => {
    expect([typeName('aws_s3_bucket'), typeName('google_storage_bucket')]).toEqual(['S3 bucket', 'Storage bucket'])
  })
})

describe('things', () => {
  it.each([
    ['arn:aws:s3:::customers', undefined, 'storage', 'bucket', 'customers'],
    ['arn:aws:iam::1:role/path/web', undefined, 'identity', 'role', 'web'],
    ['arn:aws:iam::123:root', undefined, 'account', 'root of account', '123'],
    ['arn:aws:lambda:eu-west-1:1:function:hook', undefined, 'code', 'function', 'hook'],
    ['arn:aws:new:eu-west-1:1:big-thing/x', undefined, 'other', 'big thing', 'x'],
    ['/subscriptions/s/providers/Microsoft.Storage/storageAccounts/acme', undefined, 'storage', 'storage account', 'acme'],
    ['arn:aws:ec2:eu-west-1:1:instance/i-1', 'machine "front"', 'machine', 'machine', 'front'],
    ['', 'anyone on the internet', 'internet', '', 'anyone on the internet'],
  ])('%s', (id, name, kind, word, shown) => {
    expect(thingOf(id, name)).toMatchObject({ kind, word, name: shown })
  })
  it('tells where attackers begin from what there is', () => {
    expect(['entry:internet', 'internet', 'arn:aws:s3:::b', '/subscriptions/s'].map(isStart)).toEqual([true, true, false, false])
  })
  it('knows the account that an id names', () => {
    expect(accountOf('arn:aws:iam::123:role/x')).toBe('123')
    expect(accountOf('arn:aws:s3:::b')).toBeNull()
    expect(accountOf('arn:aws:s3:::b', ['9'])).toBe('9')
    expect(accountOf('arn:aws:s3:::b', ['9', '8'])).toBeNull()
    expect(accountOf('/subscriptions/s-1/x')).toBe('s-1')
  })
})

describe('ways', () => {
  it('names each thing once where an attacker gains more of the same', () => {
    const m = 'arn:aws:ec2:r:1:instance/i'
    const way = wayOf([
      makeStep({ to: m, to_name: 'machine "front"' }),
      makeStep({ from: m, to: m, to_name: 'machine "front"', low: 0.1 }),
      makeStep({ from: m }),
    ])
    expect(things(way).map((t) => t.name)).toEqual(['anyone on the internet', 'front', 'customers'])
    expect(way.hops.map((h) => [h.within, h.uncertain])).toEqual([
      [false, false],
      [true, true],
      [false, false],
    ])
  })
  it('takes the key of a fix apart', () => {
    expect(fixParts('aws-iam-narrow-trust@resource:arn:aws:iam::1:role/x')).toEqual({
      action: 'aws-iam-narrow-trust',
      level: 'resource',
      id: 'arn:aws:iam::1:role/x',
    })
    expect(fixParts('odd')).toEqual({ action: 'odd', level: '', id: '' })
    expect(actionName('aws-iam-narrow-trust')).toBe('Narrow trust')
  })
  it('shows what a score lost, and counts what took nothing', () => {
    expect(
      falls([
        { name: 'a', label: 'a', after: 80 },
        { name: 'b', label: 'b', after: 80 },
        { name: 'c', label: 'c', after: 50 },
      ]),
    ).toEqual({
      falls: [
        { name: 'a', label: 'a', before: 100, after: 80 },
        { name: 'c', label: 'c', before: 80, after: 50 },
      ],
      idle: 1,
    })
  })
  it('places shared nodes once', () => {
    const steps = [
      { sure: true, backwards: false, kind: 'x' },
      { sure: true, backwards: false, kind: 'y' },
    ]
    const plan = layout(
      [
        { nodes: [0, 1, 2], steps },
        { nodes: [0, 3, 2], steps },
      ],
      10,
    )
    expect(plan.placed).toHaveLength(4)
    expect(plan.edges).toHaveLength(4)
    expect(
      layout(
        [
          { nodes: [0, 1, 2], steps },
          { nodes: [0, 3, 4], steps },
        ],
        3,
      ).placed,
    ).toHaveLength(3)
  })
})

describe('differences', () => {
  it('matches members of lists by their names', () => {
    const before = {
      rules: [
        { id: 'a', port: 22 },
        { id: 'b', port: 80 },
      ],
      on: true,
    }
    const after = {
      rules: [
        { id: 'b', port: 443 },
        { id: 'c', port: 1 },
      ],
      on: true,
      new: null,
    }
    expect(difference(before, after)).toEqual([
      { path: 'new', kind: 'added', after: null },
      { path: 'rules[a]', kind: 'removed', before: { id: 'a', port: 22 } },
      { path: 'rules[b].port', kind: 'changed', before: 80, after: 443 },
      { path: 'rules[c]', kind: 'added', after: { id: 'c', port: 1 } },
    ])
  })
  it('finds none between equals, and cuts what is long', () => {
    expect(difference({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([])
    expect(brief('x'.repeat(300), 10)).toBe(`${'x'.repeat(10)}…`)
  })
})

describe('trees', () => {
  it('puts what is unknown in its place, there or not', () => {
    const at = { path: 'rules[1].cidrs', reason: 'denied', permission: 'ec2:Describe' }
    const tree = treeOf({ rules: [{ port: 1 }, { port: 2 }] }, [at, { path: 'logging', reason: 'throttled' }])
    const rules = tree.find((n) => n.name === 'rules')
    expect(rules?.members?.[1]?.members?.find((n) => n.name === 'cidrs')?.unknown).toEqual(at)
    expect(tree.find((n) => n.name === 'logging')?.unknown?.reason).toBe('throttled')
  })
  it('reads paths', () => {
    expect(segments('a.b[2].c')).toEqual(['a', 'b', '2', 'c'])
    expect(segments('')).toEqual([])
  })
})

describe('addresses', () => {
  it('keeps lists as repeated names, and leaves defaults out', () => {
    const raw = parseSearch('?severity=high&severity=nonsense&state=open&sort=-since&evil=1')
    expect(search.findings(raw)).toEqual({ severity: ['high'], sort: '-since' })
    expect(stringifySearch({ severity: ['high', 'low'], text: 'a b', none: undefined })).toBe(
      '?severity=high&severity=low&text=a+b',
    )
  })
  it('survives anything', () => {
    for (const read of [
      search.issues,
      search.findings,
      search.inventory,
      search.resource,
      search.work,
      search.settings,
      search.graph,
      search.access,
      search.issue,
    ]) {
      expect(() => read({ text: { a: 1 }, band: [null, 3], state: 'x', step: 'NaN', tab: [], id: 5 } as never)).not.toThrow()
    }
  })
})

it('knows the keys of tables', () => {
  const key = (k: string, ctrlKey = false) => step({ key: k, ctrlKey, metaKey: false, altKey: false })
  expect([key('j'), key('k'), key('ArrowDown'), key('x'), key('j', true)]).toEqual([1, -1, 1, 0, 0])
})
