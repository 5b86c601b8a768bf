/**
 * Runs an effect at once and then at most once per interval, with the last request never lost. Work that takes its time is
 * ended before it begins again, and then rested from for as long: on a slow line half of it stays free for what people do.
 */
export type Throttle = { readonly run: () => void; readonly stop: () => void };

/** No work is rested from for longer. */
const REST_MAX_MS = 5_000;

/** @param effect its promise, if it returns one, settles when the work has ended; a rejection is an end too */
export function createThrottle(everyMs: number, effect: () => unknown): Throttle {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBusy = false;
  let isWaiting = false;
  const rest = (begun: number): void => {
    if (!isBusy) return;
    const took = performance.now() - begun;
    timer = setTimeout(
      () => {
        isBusy = false;
        if (isWaiting) fire();
      },
      Math.max(everyMs - took, Math.min(took, REST_MAX_MS)),
    );
  };
  const fire = (): void => {
    isWaiting = false;
    isBusy = true;
    const begun = performance.now();
    const end = (): void => rest(begun);
    let work: unknown;
    try {
      work = effect();
    } finally {
      // Also after what threw: a line that never refreshes again looks like calm.
      if (work instanceof Promise) work.then(end, end);
      else end();
    }
  };
  return {
    run: () => {
      if (isBusy) isWaiting = true;
      else fire();
    },
    stop: () => {
      clearTimeout(timer);
      isBusy = false;
      isWaiting = false;
    },
  };
}
