/** Of so many that were measured, half took at most half and nine of ten at most most, in minutes. */
export type ReportTime = { count: number; half: number; most: number };

/** What was counted in a time; backlog is what was open at its end. Kept and missed are first answers, inTime and late solutions. */
export type ReportSum = { opened: number; solved: number; backlog: number; again: number; first: ReportTime; solving: ReportTime; kept: number; missed: number; inTime: number; late: number };
/** The days from to until, both of them. */
export type ReportPart = ReportSum & { from: string; until: string };
/** Below 100 percent nothing but that is there yet, and asking again goes on. */
export type Report = {
  percent: number;
  scopes: { id: string; name: string; count: number }[];
  scope: string;
  span: number;
  unit: 'day' | 'week' | 'month';
  parts: ReportPart[];
  now: ReportSum;
  before: ReportSum;
  /** id is incident or request where nothing more is known. */
  asked: { id: string; name: string; count: number }[];
};

/** Figures of departments for those who lead them, of organizations for those who read what colleagues ask. */
export interface Reporting {
  /** scope "" is all of what one may look at; days is 7, 30, 91 or 365. */
  report(scope: string, days: number): Promise<Report>;
  /** Save rows as CSV, or the base64 of a PNG, where the person says; "" when they thought better. */
  saveTable(name: string, rows: string[][]): Promise<string>;
  savePicture(name: string, data: string): Promise<string>;
}
