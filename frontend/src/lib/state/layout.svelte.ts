/**
 * The room there is, in the window's own pixels at its own zoom: at 200 % a
 * window of 2048 has the room of one of 1024. Media queries cannot see our zoom,
 * so the sizes stand as attributes on the root for styles, and here for parts.
 */
export class Layout {
  #width = $state(globalThis.innerWidth ?? 1440);
  #height = $state(globalThis.innerHeight ?? 900);
  #zoom = $state(1);
  #list = $state(0);

  get width(): number {
    return this.#width / this.#zoom;
  }
  get height(): number {
    return this.#height / this.#zoom;
  }
  get zoom(): number {
    return this.#zoom;
  }
  set zoom(to: number) {
    this.#zoom = Math.min(2, Math.max(0.5, to));
  }

  /** Below 1280: details fold away. */
  readonly narrow = $derived(this.width < 1280);
  /** Below 1100: the rail is icons. */
  readonly slim = $derived(this.width < 1100);
  /** Below 840: list and ticket take turns. Only a zoomed window is that narrow. */
  readonly single = $derived(this.width < 840);
  /** From 1600: more list, letters centred. */
  readonly wide = $derived(this.width >= 1600);
  /** From 1920: a second ticket can stand beside the first. */
  readonly huge = $derived(this.width >= 1920);
  /** Below 700 high: heads and composer tighten. */
  readonly short = $derived(this.height < 700);

  /** Below 420 high, as at 200 % in a small window: the place to write is a line until somebody writes. */
  readonly low = $derived(this.height < 420);

  /** What the list may take at most: the ticket keeps 420. */
  readonly listMax = $derived(Math.max(280, this.width - 420 - (this.slim ? 56 : this.wide ? 220 : 200)));
  /** The width the person gave the list by hand, 0 when it has its usual one. */
  get list(): number {
    return Math.min(this.#list, this.listMax);
  }
  set list(to: number) {
    this.#list = to;
  }

  /** Follows the window until the returned function is called. Call inside an effect root. */
  follow(root: HTMLElement = document.documentElement): () => void {
    const measure = () => {
      this.#width = window.innerWidth;
      this.#height = window.innerHeight;
    };
    measure();
    window.addEventListener('resize', measure);
    $effect(() => {
      for (const name of ['narrow', 'slim', 'single', 'wide', 'huge', 'short', 'low'] as const) root.toggleAttribute(`data-${name}`, this[name]);
    });
    $effect(() => {
      document.getElementById('app')?.style.setProperty('zoom', String(this.#zoom));
    });
    return () => window.removeEventListener('resize', measure);
  }
}
