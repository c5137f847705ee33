'use client'

import {
  type AriaAttributes,
  cloneElement,
  type DOMAttributes,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { createPortal } from 'react-dom'

type Trigger = ReactElement<DOMAttributes<HTMLElement> & AriaAttributes>

const waitMs = 250
const graceMs = 120
const gap = 5
const edge = 8

/** A short explanation on hover and focus; the trigger must be focusable to be reachable by keyboard. */
export function Tip({ text, children }: { text: ReactNode; children: Trigger }) {
  const id = useId()
  const [over, setOver] = useState<HTMLElement | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const later = (ms: number, next: HTMLElement | null) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setOver(next), ms)
  }
  const now = (next: HTMLElement | null) => {
    clearTimeout(timer.current)
    setOver(next)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  const { props } = children
  // A name that is the explanation itself would be read twice.
  const describes = props['aria-label'] !== text
  const isBlocked = props['aria-disabled'] === true
  return (
    <>
      {cloneElement(children, {
        'aria-describedby': over && describes ? id : undefined,
        onPointerEnter: (event) => {
          props.onPointerEnter?.(event)
          if (event.pointerType !== 'touch') later(waitMs, event.currentTarget)
        },
        onPointerLeave: (event) => {
          props.onPointerLeave?.(event)
          later(graceMs, null)
        },
        onFocus: (event) => {
          props.onFocus?.(event)
          if (event.currentTarget.matches(':focus-visible')) now(event.currentTarget)
        },
        onBlur: (event) => {
          props.onBlur?.(event)
          now(null)
        },
        onClick: (event) => {
          props.onClick?.(event)
          // Without a pointer that hovers, pressing what is blocked is how one asks why.
          now(isBlocked ? event.currentTarget : null)
        },
      })}
      {over ? (
        <TipBox id={id} over={over} onStay={() => clearTimeout(timer.current)} onLeave={() => now(null)}>
          {text}
        </TipBox>
      ) : null}
    </>
  )
}

/** Above its trigger, below where there is no room, never outside the screen; Escape and scrolling take it away. */
function TipBox({
  id,
  over,
  onStay,
  onLeave,
  children,
}: {
  id: string
  over: HTMLElement
  onStay: () => void
  onLeave: () => void
  children: ReactNode
}) {
  const box = useRef<HTMLDivElement>(null)
  const leave = useRef(onLeave)
  useLayoutEffect(() => {
    leave.current = onLeave
    const own = box.current
    if (!own) return
    const [from, size] = [over.getBoundingClientRect(), own.getBoundingClientRect()]
    const above = from.top - gap - size.height
    const left = from.left + from.width / 2 - size.width / 2
    own.style.top = `${above >= edge ? above : from.bottom + gap}px`
    own.style.left = `${Math.max(edge, Math.min(left, window.innerWidth - edge - size.width))}px`
  })
  useEffect(() => {
    const away = () => leave.current()
    const onKeyDown = (event: KeyboardEvent) => event.key === 'Escape' && away()
    document.addEventListener('keydown', onKeyDown, true)
    document.addEventListener('scroll', away, true)
    return () => {
      document.removeEventListener('keydown', onKeyDown, true)
      document.removeEventListener('scroll', away, true)
    }
  }, [])
  return createPortal(
    <div
      ref={box}
      id={id}
      role="tooltip"
      onPointerEnter={onStay}
      onPointerLeave={onLeave}
      className="pointer-events-auto fixed top-0 left-0 z-50 max-w-[min(20rem,calc(100vw-16px))] animate-fade break-words rounded-tag border border-line-strong bg-raised px-2 py-1 text-[12px] text-ink shadow-float"
    >
      {children}
    </div>,
    document.body,
  )
}
