import { Button, Checkbox, Popover, TextInput } from '@mantine/core'
import { IconChevronDown, IconSearch, IconX } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { compact } from '@/lib/number'
import { visible } from '@/lib/text'
import './filters.css'

export interface Option {
  value: string
  label?: string
  count?: number
}

interface FilterProps {
  name: string
  options: Option[]
  value: string[] | undefined
  onChange: (value: string[] | undefined) => void
}

const searchedFrom = 9

/** A filter by a closed list of values, with how many things have each. */
export function Filter({ name, options, value = [], onChange }: FilterProps) {
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const wanted = text.toLowerCase()
  const known = new Set(options.map((o) => o.value))
  const all = [...value.filter((v) => !known.has(v)).map((v): Option => ({ value: v })), ...options]
  const shown = all.filter((o) => `${o.label ?? ''} ${o.value}`.toLowerCase().includes(wanted)).slice(0, 200)
  const toggle = (v: string) => {
    const next = value.includes(v) ? value.filter((x) => x !== v) : [...value, v]
    onChange(next.length > 0 ? next : undefined)
  }
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" shadow="md" width={280} trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          className={value.length > 0 ? 'filter on' : 'filter'}
          rightSection={<IconChevronDown size={13} aria-hidden="true" />}
          onClick={() => setOpen(!open)}
        >
          {name}
          {value.length > 0 && <span className="filter-count">{value.length}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label={`Filter by ${name.toLowerCase()}`}>
        {all.length >= searchedFrom && (
          <TextInput
            size="xs"
            mb={6}
            placeholder={`Find ${name.toLowerCase()}`}
            aria-label={`Find ${name.toLowerCase()}`}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
          />
        )}
        <div className="filter-list">
          {shown.map((o) => (
            <div key={o.value} className="filter-option">
              <Checkbox
                size="xs"
                checked={value.includes(o.value)}
                onChange={() => toggle(o.value)}
                label={visible(o.label ?? o.value)}
              />
              {o.count !== undefined && <span className="soft small num">{compact(o.count)}</span>}
            </div>
          ))}
          {shown.length === 0 && <p className="soft small">Nothing of that name</p>}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

interface SearchProps {
  value: string | undefined
  onChange: (value: string | undefined) => void
  placeholder: string
}

const pause = 250 // milliseconds without a key before the server is asked

/** A field that asks when one stops writing; "/" goes to it. */
export function Search({ value, onChange, placeholder }: SearchProps) {
  const [text, setText] = useState(value ?? '')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const asked = useRef(value)
  useEffect(() => {
    if (value !== asked.current) setText(value ?? '')
    asked.current = value
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const ask = (next: string) => {
    asked.current = next || undefined
    onChange(next || undefined)
  }
  return (
    <TextInput
      size="xs"
      className="filter-search"
      type="search"
      data-search
      placeholder={placeholder}
      aria-label={placeholder}
      value={text}
      leftSection={<IconSearch size={14} aria-hidden="true" />}
      onChange={(e) => {
        const next = e.currentTarget.value
        setText(next)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => ask(next), pause)
      }}
      onKeyDown={(e) => {
        if (e.key === 'Enter') {
          clearTimeout(timer.current)
          ask(text)
        } else if (e.key === 'Escape') e.currentTarget.blur()
      }}
    />
  )
}

interface Chip {
  name: string
  value: string
  clear: () => void
}

/** The row of filters above a list, and below it what is filtered by. */
export function Filters({ children, chips = [], clear }: { children: ReactNode; chips?: Chip[]; clear?: () => void }) {
  return (
    <div className="filters" role="search">
      <div className="row">{children}</div>
      {chips.length > 0 && (
        <div className="row">
          {chips.map((c) => (
            <span key={`${c.name}${c.value}`} className="chip">
              <span className="soft">{c.name}</span> {visible(c.value)}
              <button type="button" aria-label={`Remove the filter ${c.name} ${visible(c.value)}`} onClick={c.clear}>
                <IconX size={12} aria-hidden="true" />
              </button>
            </span>
          ))}
          {clear && chips.length > 1 && (
            <Button variant="subtle" size="compact-xs" onClick={clear}>
              Clear all
            </Button>
          )}
        </div>
      )}
    </div>
  )
}

/** A chip for each value of a filter. */
export function chipsOf(
  name: string,
  value: string[] | undefined,
  onChange: (value: string[] | undefined) => void,
  label: (v: string) => string = (v) => v,
): Chip[] {
  return (value ?? []).map((v) => ({
    name,
    value: label(v),
    clear: () => {
      const rest = (value ?? []).filter((x) => x !== v)
      onChange(rest.length > 0 ? rest : undefined)
    },
  }))
}
