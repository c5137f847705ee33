import { Pause } from 'lucide-react'
import { formatCount } from '@/lib/format/number'

/** Floats over the list's end, so that nothing moves when it comes and goes. */
export function OrderPaused({ moved, onRelease }: { moved: number; onRelease: () => void }) {
  return (
    <div className="pointer-events-none sticky bottom-2.5 z-20 mt-auto flex h-0 shrink-0 items-end justify-center">
      <button
        type="button"
        onClick={onRelease}
        className="pointer-events-auto flex h-7 items-center gap-1.5 whitespace-nowrap rounded-full border border-line-strong bg-raised px-3 text-[12px] text-ink-2 shadow-float hover:text-ink max-md:h-9"
      >
        <Pause className="size-3" aria-hidden />
        Order paused, {formatCount(moved)} would move
        <span className="font-[560] text-accent-ink">Apply</span>
      </button>
    </div>
  )
}
