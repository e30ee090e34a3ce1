import type { Action, Actions } from '$lib/actions/registry.svelte';
import { fits } from '$lib/actions/fuzzy';

/** A line of the palette; why says why it cannot be done now, "" for what can. */
export type Choice = { action: Action; why: string };

/** Greyed lines teach; a page of them would hide what can be done. */
const mostGreyed = 5;

/**
 * What can be done, by what is typed: what fits best first, what was chosen
 * last before its equals, and last, with the reason, what cannot be done now.
 */
export function choices(actions: Actions, typed: string, recent: string[]): Choice[] {
  const seen = new Set<string>();
  const can: { choice: Choice; score: number }[] = [];
  const not: { choice: Choice; score: number }[] = [];
  actions.all.forEach((action, i) => {
    if (action.hidden || action.id === 'palette') return;
    const able = action.when?.() ?? true;
    // The same key may have two actions that take turns, and an action two homes; what can be done stands for both.
    if (seen.has(action.id)) return;
    const score = fits(typed, action.label);
    if (score < 0) return;
    const ago = recent.indexOf(action.id);
    const lately = ago < 0 ? 0 : typed.trim() ? 60 - ago : 1000 - ago;
    if (able) {
      seen.add(action.id);
      // With nothing typed, the many that are found only by name wait until they are.
      if (!typed.trim() && action.found && ago < 0) return;
      can.push({ choice: { action, why: '' }, score: score + lately - i / 1000 });
      return;
    }
    const why = typed.trim() ? (action.why?.() ?? '') : '';
    if (why) not.push({ choice: { action, why }, score });
  });
  const byScore = (a: { score: number }, b: { score: number }): number => b.score - a.score;
  const never = not.sort(byScore).filter(({ choice: { action } }, i, all) => !seen.has(action.id) && all.findIndex((x) => x.choice.action.id === action.id) === i);
  return [...can.sort(byScore), ...never.slice(0, mostGreyed)].map((x) => x.choice);
}
