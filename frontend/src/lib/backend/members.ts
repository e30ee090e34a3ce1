/** How much one wants to hear of something; see Follow. */
export type FollowLevel = '' | 'all' | 'replies' | 'none';
export type FollowInfo = { what: 'ticket' | 'service' | 'organization' | 'copies'; org: string; type: string; service: string; name: string; level: FollowLevel };
export type MemberAccess = 'none' | 'read' | 'comment';
/** A colleague as whoever manages their organization sees them. */
export type Member = { id: string; name: string; title: string; access: MemberAccess; given: boolean; admin: boolean; me: boolean };
