'use client'

import { clsx } from 'clsx'
import { Search, X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { Key } from './button.tsx'
import { inputClass } from './field.tsx'

export interface Suggestion {
  readonly from: number
  readonly to: number
  readonly insert: string
  readonly label: string
  readonly detail: string
}

export interface LineError {
  /** From 1. */
  readonly column: number
  readonly length: number
  readonly message: string
}

interface FilterLineProps {
  label: string
  placeholder: string
  value: string
  onChange: (value: string) => void
  /** The person is done with the line for now. */
  onRest?: (() => void) | undefined
  /** What could stand at the caret. */
  suggest: (text: string, caret: number) => readonly Suggestion[]
  error: LineError | null
  /** The match count, at the end of the line. */
  status: ReactNode
  className?: string
}

/** One line of a filter: completed as it is typed, its match count at its end, its error under the place. */
export function FilterLine(props: FilterLineProps) {
  const { value, error } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [caret, setCaret] = useState<number | null>(null)
  const [active, setActive] = useState(-1)
  const [scroll, setScroll] = useState(0)
  const items = caret === null ? [] : props.suggest(value, caret)
  const open = items.length > 0
  const close = () => {
    setCaret(null)
    setActive(-1)
  }
  const change = (text: string, at: number | null) => {
    props.onChange(text)
    setCaret(text === '' ? null : at)
    setActive(-1)
  }
  const accept = (item: Suggestion) => {
    const text = value.slice(0, item.from) + item.insert + value.slice(item.to)
    const at = item.from + item.insert.length
    change(text, at)
    requestAnimationFrame(() => input.current?.setSelectionRange(at, at))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      if (open) setActive((active + step + items.length + (active < 0 && step < 0 ? 1 : 0)) % items.length)
      else setCaret(event.currentTarget.selectionStart)
      return
    }
    const chosen = items[active]
    if (chosen && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault()
      accept(chosen)
    } else if (event.key === 'Enter') close()
    else if (event.key === 'Escape') {
      event.preventDefault()
      if (open) close()
      else event.currentTarget.blur()
    }
  }
  return (
    <div className={clsx('relative min-w-0', props.className)}>
      <Search className="-translate-y-1/2 absolute top-1/2 left-2.5 size-3.5 text-ink-3" aria-hidden />
      <input
        ref={input}
        type="text"
        role="combobox"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        data-filter=""
        aria-label={props.label}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && active >= 0 ? `${id}-${active}` : undefined}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        placeholder={props.placeholder}
        value={value}
        onChange={(event) => change(event.target.value, event.target.selectionStart)}
        onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
        onBlur={() => {
          close()
          props.onRest?.()
        }}
        onKeyDown={onKeyDown}
        className={clsx(
          inputClass,
          'pl-8 font-mono text-[12.5px]! max-md:text-[16px]!',
          value ? 'pr-28' : 'pr-8',
        )}
      />
      {error ? <ErrorMark value={value} error={error} scroll={scroll} /> : null}
      <span className="-translate-y-1/2 pointer-events-none absolute top-1/2 right-2 flex items-center gap-1.5 bg-surface pl-1.5 text-[11.5px] text-ink-3">
        {value ? (
          <>
            <span className="whitespace-nowrap tabular-nums">{props.status}</span>
            <button
              type="button"
              aria-label="Clear the filter"
              onClick={() => {
                change('', null)
                input.current?.focus()
              }}
              className="-m-[5px] pointer-events-auto rounded-[3px] p-[5px] hover:text-ink"
            >
              <X className="size-3.5" aria-hidden />
            </button>
          </>
        ) : (
          <Key>/</Key>
        )}
      </span>
      {open || error ? (
        <div className="absolute top-full right-0 left-0 z-30 mt-1 overflow-hidden rounded-control border border-line-strong bg-raised text-[12.5px] shadow-float">
          {open ? (
            <div id={`${id}-list`} role="listbox" aria-label="Completions" className="p-1">
              {items.map((item, index) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard chooses from the line itself.
                <div
                  key={item.label}
                  id={`${id}-${index}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === active}
                  // The line keeps the focus.
                  onPointerDown={(event) => event.preventDefault()}
                  onClick={() => accept(item)}
                  className={clsx(
                    'flex h-7 cursor-pointer items-center justify-between gap-4 rounded-tag px-2 max-md:h-9',
                    index === active ? 'bg-accent-wash' : 'hover:bg-sunken',
                  )}
                >
                  <span className="truncate font-mono text-[12px]">{item.label}</span>
                  <span className="shrink-0 truncate text-[11.5px] text-ink-3 tabular-nums">
                    {item.detail}
                  </span>
                </div>
              ))}
            </div>
          ) : null}
          {error ? (
            <p
              id={`${id}-error`}
              className={clsx(
                'px-3 py-1.5 text-[12px]',
                open && 'border-t',
                // Not finished yet is not wrong yet.
                error.column > value.length ? 'text-ink-2' : 'text-crit-ink',
              )}
            >
              <span className="text-ink-3">Column {error.column}: </span>
              {error.message}
            </p>
          ) : null}
        </div>
      ) : null}
    </div>
  )
}

/** A wavy line under the place itself; the text above it is the input's own. */
function ErrorMark({ value, error, scroll }: { value: string; error: LineError; scroll: number }) {
  const at = error.column - 1
  return (
    <span
      aria-hidden
      className="pointer-events-none absolute inset-y-0 right-28 left-8 flex items-center overflow-hidden whitespace-pre font-mono text-[12.5px] text-transparent max-md:text-[16px]"
    >
      <span style={{ transform: `translateX(${-scroll}px)` }}>
        {value.slice(0, at)}
        <span className="underline decoration-crit decoration-wavy decoration-1 underline-offset-3">
          {value.slice(at, at + error.length).padEnd(1, '\u2002')}
        </span>
      </span>
    </span>
  )
}
