import type { NotifySettings } from './notified';
import type { Look } from './types';

/** What the person chose on this computer. looks: one per list; a list without one looks as usual. They are this person's alone. */
export type Settings = {
  theme: 'system' | 'light' | 'dark'; zoom: number; notifyContent: boolean; language: 'system' | 'en' | 'de' | 'ar'; looks: Look[];
  notify: NotifySettings;
  /** Closing the window keeps the program running. */
  stay: boolean;
  /** Other keys for actions; none switch theirs off. */
  keys: { action: string; keys: string[] }[];
  /** Keys that also write do nothing. */
  quietKeys: boolean;
  /** The actions last looked for, newest first. */
  recent: string[];
  /** The tickets kept open as tabs, and the one beside, "" for none. */
  tabs: string[]; beside: string;
};
