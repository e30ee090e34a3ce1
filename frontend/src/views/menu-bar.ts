import type { Action, Actions } from '$lib/actions/registry.svelte';
import type { MenuGroup } from '$lib/backend';

/** The menu bar of what can be done, in the groups and the order of the registry. */
export function menuBar(actions: Actions): MenuGroup[] {
  const by = new Map<string, Map<string, Action>>();
  for (const action of actions.all) {
    if (action.hidden || action.found) continue;
    const group = by.get(action.group) ?? new Map<string, Action>();
    if (!group.has(action.id)) group.set(action.id, action);
    by.set(action.group, group);
  }
  return [...by].map(([label, group]) => ({ label, items: [...group.values()].map((a) => ({ id: a.id, label: a.label, keys: actions.keysOf(a)[0] ?? '' })) }));
}
