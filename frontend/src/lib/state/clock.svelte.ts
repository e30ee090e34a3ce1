/** The time the window shows. It ticks on the full quarter minute, so that every part changes at once. */
export class Clock {
  #now = $state.raw(new Date());
  #timer: ReturnType<typeof setTimeout> | undefined;

  get now(): Date {
    return this.#now;
  }

  start(): () => void {
    const tick = () => {
      this.#now = new Date();
      this.#timer = setTimeout(tick, 15_000 - (Date.now() % 15_000));
    };
    tick();
    return () => clearTimeout(this.#timer);
  }
}
