import type { AskInfo, AskState } from '$lib/backend';
import { t } from '$lib/language';

/** What became of a question or a step, where no words of its own say it. */
export const stateWords: Record<Exclude<AskState, ''>, string> = {
  get answered() { return t('Answered'); }, get cannot() { return t('Cannot answer'); }, get worked() { return t('It worked'); }, get did_not() { return t('Did not work'); }, get could_not() { return t('Could not try'); }, get dropped() { return t('Not needed any more'); },
};

/** The answer beside what was asked: "It worked: since noon", "required, open". */
export function askWords(a: AskInfo): string {
  if (!a.state) return a.required ? t('required, open') : 'open';
  if (!a.answer) return stateWords[a.state];
  return a.state === 'answered' ? a.answer : `${stateWords[a.state]}: ${a.answer}`;
}

export function askIcon(a: AskInfo): string {
  if (!a.state) return 'circle-dashed';
  return a.state === 'answered' || a.state === 'worked' ? 'circle-check' : 'circle-dot';
}

/** What stands over the card: whom it asks, or what they are to do. */
export function askTitle(asks: AskInfo[], who: string): string {
  if (asks.every((a) => a.step)) return t('Try this');
  return who ? t('Questions for {who}', { who }) : t('Questions');
}

/** What the reader has to answer still, in the order it was asked. */
export const openAsks = (asks: AskInfo[]): AskInfo[] => asks.filter((a) => !a.state);
