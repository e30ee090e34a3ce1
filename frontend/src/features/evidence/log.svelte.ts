import { SvelteSet } from 'svelte/reactivity';
import type { LogView, SecretKind } from '$lib/backend';
import { t } from '$lib/language';

export const dots = '••••';

/** How many of the last lines can be chosen. */
export const amounts = [50, 200, 1000] as const;

/** What looks like what, in a word. */
export function kindWords(kind: SecretKind): string {
  switch (kind) {
    case 'key': return t('private key');
    case 'token': return t('access key');
    case 'password': return t('password');
    case 'card': return t('card number');
    case 'account': return t('bank account');
    default: return '';
  }
}

/** What of a log goes along: its last lines, without those that were left out, with dots where something was covered. */
export class LogChoice {
  most = $state<number>(200);
  readonly out = new SvelteSet<number>();
  readonly covered = new SvelteSet<number>();
  readonly log: LogView;

  constructor(log: LogView) {
    this.log = log;
  }

  get from(): number {
    return Math.max(this.log.lines.length - this.most, 0);
  }

  /** The lines that are looked over, by where they are in the log. */
  get lines(): number[] {
    return this.log.lines.slice(this.from).map((_, i) => this.from + i);
  }

  /** The parts of a line as they go along. */
  parts(at: number): { text: string; kind: SecretKind }[] {
    const parts = this.log.lines[at]?.parts ?? [];
    return this.covered.has(at) ? parts.map((p) => (p.kind ? { text: dots, kind: '' } : p)) : parts;
  }

  /** What looks like a secret in a line and is not covered. */
  found(at: number): SecretKind[] {
    return this.parts(at).map((p) => p.kind).filter((k) => k !== '');
  }

  /** How many such places go along as it stands. */
  get open(): number {
    return this.lines.reduce((n, at) => n + (this.out.has(at) ? 0 : this.found(at).length), 0);
  }

  get count(): number {
    return this.lines.filter((at) => !this.out.has(at)).length;
  }

  cover(at: number): void {
    if (this.found(at).length > 0) this.covered.add(at);
  }

  coverAll(): void {
    for (const at of this.lines) this.cover(at);
  }

  toggle(at: number): void {
    if (!this.out.delete(at)) this.out.add(at);
  }

  get text(): string {
    return this.lines.filter((at) => !this.out.has(at)).map((at) => this.parts(at).map((p) => p.text).join('')).join('\n');
  }
}
