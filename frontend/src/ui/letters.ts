/** How long a pause ends what is being typed. */
const pause = 900;
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').trim().toLocaleLowerCase();

/**
 * Radios inside are also chosen by typing how their words begin: the engine has the arrows alone. The same letter
 * once more goes to the next that begins with it.
 */
export function byLetters(node: HTMLElement): () => void {
  let typed = '';
  let last = 0;

  function keys(event: KeyboardEvent): void {
    const from = event.target;
    if (!(from instanceof HTMLInputElement) || from.type !== 'radio' || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const within = event.timeStamp - last < pause && typed !== '';
    if (!/^[\p{L}\p{N}]$/u.test(event.key) && !(event.key === ' ' && within)) return;
    typed = within ? typed + event.key : event.key;
    last = event.timeStamp;
    const all = [...node.querySelectorAll<HTMLInputElement>('input[type="radio"]')].filter((r) => r.name === from.name && !r.disabled);
    const sought = plain(typed) || typed;
    const same = [...sought].every((c) => c === sought[0]);
    // One letter, however often, goes on from here; a word is looked for from here as well, so that it can stay.
    const start = all.indexOf(from) + (same ? 1 : 0);
    const turn = [...all.slice(start), ...all.slice(0, start)];
    const begins = (what: string) => turn.find((r) => plain(r.labels?.[0]?.textContent ?? '').startsWith(what));
    const found = begins(sought) ?? (same ? begins(sought[0] ?? '') : undefined);
    if (!found) return;
    event.preventDefault();
    if (found === from) return;
    found.focus();
    found.click();
  }

  node.addEventListener('keydown', keys);
  return () => node.removeEventListener('keydown', keys);
}
