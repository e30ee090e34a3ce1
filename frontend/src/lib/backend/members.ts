/** How much one wants to hear of something; see Follow. */
export type FollowLevel = '' | 'all' | 'replies' | 'turn' | 'none';
export type FollowInfo = { what: 'ticket' | 'service' | 'organization' | 'copies'; org: string; type: string; service: string; name: string; level: FollowLevel };
/** One thing one follows. ticket is "" where it cannot be opened; on is a ticket through which it can be left; ended is when one lost the sight of it; closed is a ticket's. */
export type FollowedInfo = FollowInfo & { key: string; ticket: string; subject: string; on: string; ended: string; closed: boolean };
export interface Followed {
  /** Everything one follows; what ended comes last. */
  followed(): Promise<FollowedInfo[]>;
  /** Takes what ended and tickets that are closed off the list, by their keys. */
  clearFollows(keys: string[]): Promise<void>;
}
export type MemberAccess = 'none' | 'read' | 'comment';
/** A colleague as whoever manages their organization sees them. */
export type Member = { id: string; name: string; title: string; access: MemberAccess; given: boolean; admin: boolean; me: boolean };
