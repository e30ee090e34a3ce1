import type { Desk } from '$lib/state/desk.svelte';
import { Compose } from './compose.svelte';

const all = new WeakMap<Desk, Compose>();

/** What is being written in a window. It outlives every pane, so that going elsewhere and back finds the text as it was. */
export function composeOf(desk: Desk): Compose {
  let compose = all.get(desk);
  if (!compose) {
    compose = new Compose(desk.backend);
    all.set(desk, compose);
  }
  return compose;
}
