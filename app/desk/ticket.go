package desk

import "time"

// Status is where a ticket stands. The set is fixed, because each says whose
// turn it is (BEHAVIOURS 0.9); a ticket never returns to New.
type Status string

// The statuses.
const (
	New               Status = "new"    // nobody has looked at it
	Triage            Status = "triage" // looked at, not assigned
	InProgress        Status = "in_progress"
	WaitingCustomer   Status = "waiting_customer"
	WaitingThirdParty Status = "waiting_third_party"
	OnHold            Status = "on_hold"
	Solved            Status = "solved" // a reply reopens it
	Closed            Status = "closed" // ended; see Department.ReopenDays
)

// Done reports whether nobody's turn is left.
func (s Status) Done() bool { return s == Solved || s == Closed }

// Priority is what staff decided.
type Priority string

// Urgency is what the customer claimed. The two are kept apart (BEHAVIOURS §0).
type Urgency string

// Priorities and urgencies from least to most.
const (
	PriorityLow       Priority = "low"
	PriorityNormal    Priority = "normal"
	PriorityHigh      Priority = "high"
	PriorityEmergency Priority = "emergency"

	UrgencyQuestion  Urgency = "question"
	UrgencyNormal    Urgency = "normal"
	UrgencyHigh      Urgency = "high"
	UrgencyEmergency Urgency = "emergency"
)

// Reference is something a ticket is about.
type Reference struct {
	Kind  string `json:"kind"` // "service", "domain", "invoice" or "text"
	ID    string `json:"id"`
	Label string `json:"label,omitempty"` // as it was called when it was linked
	// Verified is set by the server when the requester's organization holds it.
	Verified bool `json:"verified,omitempty"`
}

// Named is a person as a ticket shows them, so that a reader needs no directory.
type Named struct {
	ID   PersonID `json:"id"`
	Name string   `json:"name"`
	// Staff tells "ours" from "theirs".
	Staff bool `json:"staff,omitempty"`
	// Org is the customer's organization at the time, for the word "outside".
	Org OrgID `json:"org,omitempty"`
	// Mask is what customers meet somebody of ours as instead; the team's.
	Mask string `json:"mask,omitempty"`
}

// Mark says how far a person has read the public conversation and when.
type Mark struct {
	Person PersonID  `json:"person"`
	Seq    uint64    `json:"seq"` // a customer Seq
	At     time.Time `json:"at"`
}

// Step is one milestone of the customer's timeline (BEHAVIOURS 0.4).
type Step struct {
	Kind string    `json:"kind"` // received, triaged, referred, assigned, answered, waiting, solved, closed, reopened
	At   time.Time `json:"at"`
	By   PersonID  `json:"by,omitempty"`
	To   string    `json:"to,omitempty"` // department or person it went to
}

// Ticket is the staff record of a ticket's head: its state after a change.
type Ticket struct {
	ID     TicketID `json:"id"`
	Number Number   `json:"number,omitempty"`
	// Version counts the changes of this head in its audience, from 1.
	Version uint64 `json:"version"`
	// LastSeq is the Seq of the newest entry in this audience.
	LastSeq uint64 `json:"last_seq"`

	Subject  string   `json:"subject"`
	Status   Status   `json:"status"`
	Priority Priority `json:"priority,omitempty"`
	Urgency  Urgency  `json:"urgency,omitempty"`
	Type     Type     `json:"type,omitempty"`
	Claim    Claim    `json:"claim,omitzero"`
	// Claimed is what its customer called it while Urgency is not that, because
	// what they call urgent waits for the team's word; the team's alone.
	Claimed Urgency `json:"claimed,omitempty"`
	// Judged is set once the team has confirmed a proposed priority or set
	// another; it is the team's alone.
	Judged bool `json:"judged,omitempty"`
	// Topic is what it is about, TopicName how that was called, and Filled what
	// its form was answered with.
	Topic     TopicID `json:"topic,omitempty"`
	TopicName string  `json:"topic_name,omitempty"`
	Filled    Filled  `json:"filled,omitzero"`
	// Checks are what has to be done for it, Approval whether it may, and Need by
	// when it is needed.
	Checks   []Check     `json:"checks,omitempty"`
	Approval Approval    `json:"approval,omitzero"`
	Need     Need        `json:"need,omitzero"`
	Refs     []Reference `json:"refs,omitempty"`
	Rating   Rating      `json:"rating,omitzero"`
	// Language is that of what the customer writes, as a code; LanguageSet says
	// that the team said so. Both are the team's.
	Language    string `json:"language,omitempty"`
	LanguageSet bool   `json:"language_set,omitempty"`
	// Tags are the team's own words for what it is about, sorted.
	Tags []string `json:"tags,omitempty"`
	// Cover is the entitlement it was opened under.
	Cover Cover `json:"cover,omitzero"`

	Requester PersonID   `json:"requester"`
	CCs       []PersonID `json:"ccs,omitempty"`
	// Later are those in CC who read the conversation only from where they came
	// in, unless something else lets them read all of it (BEHAVIOURS 2.14). The
	// team's form has whom it was said of, the customer's whom it holds for now.
	Later []Since `json:"later,omitempty"`
	// Begins is the Seq of the first entry that the reader of a customer's form
	// has, where that is not the first there is.
	Begins     uint64 `json:"begins,omitempty"`
	Org        OrgID  `json:"org,omitempty"`
	OrgName    string `json:"org_name,omitempty"`
	Department DeptID `json:"department"`
	// Intended is the department the customer asked for.
	Intended DeptID   `json:"intended,omitempty"`
	Assignee PersonID `json:"assignee,omitempty"`
	// Helpers are staff who work on it beside the assignee.
	Helpers []PersonID `json:"helpers,omitempty"`
	// Engaged are staff of whom customers have been told that they are on it,
	// until they are not; the team's.
	Engaged []PersonID `json:"engaged,omitempty"`
	// Followers are staff outside the department who were mentioned.
	Followers []PersonID `json:"followers,omitempty"`
	// Handed is what of it passed to somebody because they are the same person;
	// the team's.
	Handed []Handed `json:"handed,omitempty"`
	// Private keeps colleagues of the same organization out.
	Private bool    `json:"private,omitempty"`
	People  []Named `json:"people,omitempty"`

	Created time.Time `json:"created"`
	// Updated is when something last happened that this audience may know of.
	Updated time.Time `json:"updated"`
	// WaitingSince is when the first unanswered customer message arrived
	// (BEHAVIOURS 1.22); zero when nothing is unanswered.
	WaitingSince time.Time `json:"waiting_since,omitzero"`
	// SolvedAtCare is set while it is solved if the department that receives
	// answered it without passing it on; for reports (BEHAVIOURS 0.12).
	SolvedAtCare bool `json:"solved_at_care,omitempty"`
	// Passed are those who passed this one over in the queue, until somebody has
	// it or another department does.
	Passed     []PersonID `json:"passed,omitempty"`
	HoldUntil  time.Time  `json:"hold_until,omitzero"`
	ClosedAt   time.Time  `json:"closed_at,omitzero"`
	Resolution string     `json:"resolution,omitempty"`
	Cause      Cause      `json:"cause,omitempty"`
	Links      []Link     `json:"links,omitempty"`
	// Into is the ticket this one goes on in (BEHAVIOURS N12). Whoever may read
	// this one could read that when it was said.
	Into TicketID `json:"into,omitempty"`
	// Merged are those that go on in this one, and MergedTold those of them that
	// everybody who reads this one may know.
	Merged     []Part     `json:"merged,omitempty"`
	MergedTold []TicketID `json:"merged_told,omitempty"`
	Lent       Lent       `json:"lent,omitzero"`
	// Joined are those who have the same trouble (BEHAVIOURS N14).
	Joined []Joiner `json:"joined,omitempty"`
	// Reopened counts how often it was opened again; the team's.
	Reopened int `json:"reopened,omitempty"`
	// DueSince is since when a reply of ours is owed; zero when none is.
	DueSince time.Time `json:"due_since,omitzero"`
	// Due is the next deadline and DueKind what is due then; zero when none.
	Due     time.Time `json:"due,omitzero"`
	DueKind DueKind   `json:"due_kind,omitempty"`

	// Waiting is set while the ticket waits for its customer, Settles while it
	// is solved: when it is closed.
	Waiting Waiting   `json:"waiting,omitzero"`
	Settles time.Time `json:"settles,omitzero"`
	Clocks  Clocks    `json:"clocks,omitzero"`

	// Page is who is called because it is an emergency. Customers are told where
	// they said so themselves; what the team alone holds to be one is its own.
	Page       Summons    `json:"page,omitzero"`
	Escalation Escalation `json:"escalation,omitzero"`

	// Last is the newest message of this audience in one line: author and the
	// first 160 characters.
	LastBy   PersonID `json:"last_by,omitempty"`
	LastText string   `json:"last_text,omitempty"`
	// Files says whether any entry of this audience carries an attachment.
	Files bool   `json:"files,omitempty"`
	Steps []Step `json:"steps,omitempty"`
	Seen  []Mark `json:"seen,omitempty"`
	// Asks are what is open, and the newest of what was settled.
	Asks []Ask `json:"asks,omitempty"`
	// Pledges are the promises to the customer that are open, and the newest of
	// those that were settled.
	Pledges []Pledge `json:"pledges,omitempty"`
	// Workaround is the newest way around its trouble, Eased what it was before
	// that worked; Eased is the team's.
	Workaround Workaround `json:"workaround,omitzero"`
	Eased      Eased      `json:"eased,omitzero"`
	Fix        Fix        `json:"fix,omitzero"`
	Work       Work       `json:"work,omitzero"`
	// Snooze is set while the team has put it aside; it is theirs alone.
	Snooze Snooze `json:"snooze,omitzero"`
	// Along is set while somebody has it with them without a network; theirs alone.
	Along Along `json:"along,omitzero"`
	// Live is the chat that is going on.
	Live Live `json:"live,omitzero"`
	// Keep and Hold say what becomes of it once it is closed; the team's. Deletes
	// is when it is deleted, once its requester has been told, and FilesGone when
	// the files that it had until then were.
	Keep      Keep      `json:"keep,omitzero"`
	Hold      LegalHold `json:"hold,omitzero"`
	Deletes   time.Time `json:"deletes,omitzero"`
	FilesGone time.Time `json:"files_gone,omitzero"`
	// Grant allows files above the limit.
	Grant Grant `json:"grant,omitzero"`
	// Tried are articles that did not help whoever asked; the team's, who send them
	// no second time (BEHAVIOURS 1.2).
	Tried []ArticleID `json:"tried,omitempty"`

	// PublicVersion, PublicSeq and PublicUpdated are the customer's Version,
	// LastSeq and Updated. A customer's form has them in those fields and
	// nothing here.
	PublicVersion uint64    `json:"public_version,omitempty"`
	PublicSeq     uint64    `json:"public_seq,omitempty"`
	PublicUpdated time.Time `json:"public_updated,omitzero"`
	PublicLastBy  PersonID  `json:"public_last_by,omitempty"`
	PublicLast    string    `json:"public_last,omitempty"`
	// Said is the Seq for customers of the newest message they can read.
	Said        uint64 `json:"said,omitempty"`
	PublicFiles bool   `json:"public_files,omitempty"`
	// PublicDue is the deadline customers are told. It follows from what they
	// know, so never from the priority; Due is never later.
	PublicDue time.Time `json:"public_due,omitzero"`
}

// CustomerTicket is what a customer's client holds of a head. Its keys are a
// subset of Ticket's; a field exists here because somebody decided that every
// customer who sees the ticket may know it.
type CustomerTicket struct {
	ID         TicketID    `json:"id"`
	Number     Number      `json:"number,omitempty"`
	Version    uint64      `json:"version"`
	LastSeq    uint64      `json:"last_seq"`
	Subject    string      `json:"subject"`
	Status     Status      `json:"status"`
	Urgency    Urgency     `json:"urgency,omitempty"`
	Type       Type        `json:"type,omitempty"`
	Claim      Claim       `json:"claim,omitzero"`
	Topic      TopicID     `json:"topic,omitempty"`
	TopicName  string      `json:"topic_name,omitempty"`
	Filled     Filled      `json:"filled,omitzero"`
	Rating     Rating      `json:"rating,omitzero"`
	Checks     []Check     `json:"checks,omitempty"`
	Approval   Approval    `json:"approval,omitzero"`
	Need       Need        `json:"need,omitzero"`
	Refs       []Reference `json:"refs,omitempty"`
	Cover      Cover       `json:"cover,omitzero"`
	Requester  PersonID    `json:"requester"`
	CCs        []PersonID  `json:"ccs,omitempty"`
	Later      []Since     `json:"later,omitempty"`
	Begins     uint64      `json:"begins,omitempty"`
	Org        OrgID       `json:"org,omitempty"`
	OrgName    string      `json:"org_name,omitempty"`
	Department DeptID      `json:"department"`
	Intended   DeptID      `json:"intended,omitempty"`
	Assignee   PersonID    `json:"assignee,omitempty"`
	Helpers    []PersonID  `json:"helpers,omitempty"`
	Private    bool        `json:"private,omitempty"`
	People     []Named     `json:"people,omitempty"`
	Created    time.Time   `json:"created"`
	Updated    time.Time   `json:"updated"`
	HoldUntil  time.Time   `json:"hold_until,omitzero"`
	ClosedAt   time.Time   `json:"closed_at,omitzero"`
	Resolution string      `json:"resolution,omitempty"`
	Cause      Cause       `json:"cause,omitempty"`
	Links      []Link      `json:"links,omitempty"`
	Into       TicketID    `json:"into,omitempty"`
	MergedTold []TicketID  `json:"merged_told,omitempty"`
	Joined     []Joiner    `json:"joined,omitempty"`
	DueSince   time.Time   `json:"due_since,omitzero"`
	Due        time.Time   `json:"due,omitzero"`
	DueKind    DueKind     `json:"due_kind,omitempty"`
	Waiting    Waiting     `json:"waiting,omitzero"`
	Settles    time.Time   `json:"settles,omitzero"`
	LastBy     PersonID    `json:"last_by,omitempty"`
	LastText   string      `json:"last_text,omitempty"`
	Said       uint64      `json:"said,omitempty"`
	Files      bool        `json:"files,omitempty"`
	Steps      []Step      `json:"steps,omitempty"`
	Seen       []Mark      `json:"seen,omitempty"`
	Asks       []Ask       `json:"asks,omitempty"`
	Pledges    []Pledge    `json:"pledges,omitempty"`

	Page       CustomerSummons    `json:"page,omitzero"`
	Escalation CustomerEscalation `json:"escalation,omitzero"`
	Live       Live               `json:"live,omitzero"`
	Workaround Workaround         `json:"workaround,omitzero"`
	Fix        CustomerFix        `json:"fix,omitzero"`
	Work       Work               `json:"work,omitzero"`
	Deletes    time.Time          `json:"deletes,omitzero"`
	FilesGone  time.Time          `json:"files_gone,omitzero"`
	Grant      Grant              `json:"grant,omitzero"`
}
