/** Runs an effect at once and then at most once per interval, with the last request never lost. */
export type Throttle = { readonly run: () => void; readonly stop: () => void };

export function createThrottle(everyMs: number, effect: () => void): Throttle {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting = false;
  const fire = (): void => {
    waiting = false;
    effect();
    timer = setTimeout(() => {
      timer = undefined;
      if (waiting) fire();
    }, everyMs);
  };
  return {
    run: () => {
      if (timer === undefined) fire();
      else waiting = true;
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
      waiting = false;
    },
  };
}
