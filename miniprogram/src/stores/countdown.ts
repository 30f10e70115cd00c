/** Seconds that run down, for what may be done again only after a while. */
import { ref, type Ref } from 'vue'

export interface Countdown {
  seconds: Ref<number>
  start(seconds: number): void
  stop(): void
}

export function useCountdown(): Countdown {
  const seconds = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  function stop(): void {
    if (timer !== undefined) clearInterval(timer)
    timer = undefined
  }

  function start(from: number): void {
    stop()
    seconds.value = from
    timer = setInterval(() => {
      seconds.value -= 1
      if (seconds.value <= 0) stop()
    }, 1000)
  }

  return { seconds, start, stop }
}
