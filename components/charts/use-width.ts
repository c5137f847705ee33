'use client'

import { useLayoutEffect, useRef, useState } from 'react'

/** The width of an element as it is laid out; 0 before that. */
export function useWidth<T extends HTMLElement>() {
  const ref = useRef<T>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const own = ref.current
    if (!own) return
    const take = () => setWidth(Math.floor(own.clientWidth))
    take()
    const observer = new ResizeObserver(take)
    observer.observe(own)
    return () => observer.disconnect()
  }, [])
  return { ref, width }
}
