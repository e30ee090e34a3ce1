package desk

import "time"

// Kind is what an entry is. A reader that does not know a kind shows it as
// "updated in a newer version" (BEHAVIOURS 0.24).
type Kind string

// The kinds of entry. Opened, Message, Call, Chat and Notice carry text to the
// customer; Note is internal and stays so for ever; the rest are changes.
const (
	Opened     Kind = "opened"
	Message    Kind = "message"
	Note       Kind = "note"
	Call       Kind = "call"
	Chat       Kind = "chat"
	Notice     Kind = "notice"
	StatusSet  Kind = "status"
	Assigned   Kind = "assigned"
	Referred   Kind = "referred"
	Prioritied Kind = "priority"
	CCsSet     Kind = "ccs"
	Renamed    Kind = "renamed"
	PrivacySet Kind = "privacy"
	Redacted   Kind = "redacted"
	Skipped    Kind = "skipped" // in the queue; the team's
	// Late and Nudged are the team's: a deadline passed (From is its DueKind, To
	// who had it), and To was asked why nothing is done.
	Late       Kind = "late"
	Nudged     Kind = "nudged"
	AskSettled Kind = "ask_settled"
	Typed      Kind = "type"
	Topiced    Kind = "topic"
	Ticked     Kind = "ticked"    // an item, From, is done or open again, To
	Decided    Kind = "decided"   // by the approver; To is an ApprovalState
	FilledIn   Kind = "filled_in" // Given is what was answered
)

// Audience is who may read an entry. It never changes after the commit.
type Audience string

// The audiences.
const (
	Public   Audience = "public"
	Internal Audience = "internal"
)

// Attachment is a file that travels beside an entry, named by its content.
type Attachment struct {
	Hash BlobHash `json:"hash"`
	Name string   `json:"name"`
	Size int64    `json:"size"`
	// Type is the media type as the server found it in the bytes.
	Type string `json:"type,omitempty"`
}

// MaxAttachment is the largest attachment in bytes: 20 MB, decimal, as people
// and the sources count (BEHAVIOURS 2.5, §4).
const MaxAttachment = 20_000_000

// Entry is one thing that happened in a ticket, as staff may read it.
type Entry struct {
	ID     EntryID  `json:"id"`
	Ticket TicketID `json:"ticket"`
	// Seq is the entry's place in its audience, dense from 1.
	Seq uint64 `json:"seq"`
	// PublicSeq is its place for customers; 0 means internal.
	PublicSeq uint64   `json:"public_seq,omitempty"`
	Kind      Kind     `json:"kind"`
	Audience  Audience `json:"audience,omitempty"`
	Author    PersonID `json:"author"`
	// AuthorName and Staff are the author as they were then.
	AuthorName string `json:"author_name,omitempty"`
	Staff      bool   `json:"staff,omitempty"`
	// At is the server's time; Claimed is the author's own clock when it was
	// written offline or differs by more than five minutes (RELIABILITY 3.2).
	At      time.Time `json:"at"`
	Claimed time.Time `json:"claimed,omitzero"`
	// Channel is how it came: app, mail, phone, chat, import.
	Channel string       `json:"channel,omitempty"`
	Text    string       `json:"text,omitempty"`
	Files   []Attachment `json:"files,omitempty"`
	// From and To are the two sides of a change, as ids. A CCsSet has who left
	// in From and who came in To, ids with commas between, the names of who left
	// in Text; a Referred has what was tried in Text, a StatusSet the resolution.
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	ToName string `json:"to_name,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Away are the names of those a Nudged or Late was meant for and who are away:
	// To stands in for them. An older "stale" has them in From and Text.
	Away string `json:"away,omitempty"`
	// Phrase is the sentence, with its values, of which the desk itself made Text,
	// or of a Referred, Usual: who reads it is told it in their language. It holds
	// nothing that does not stand in Text for whoever has it. Nil for the words of
	// people, the desk's own of its policy among them, and in older entries.
	Phrase *Said `json:"phrase,omitempty"`
	// Usual and Opens belong to a Referred: how soon that department answers, in
	// its own words then, and when it is there again if it was closed.
	Usual string `json:"usual,omitempty"`
	// Of a WorkPlanned, Opens and Until are its begin and its end.
	Opens time.Time `json:"opens,omitzero"`
	// Until is by when something is needed, of an Escalated, or planned.
	Until time.Time `json:"until,omitzero"`
	// Mentions are staff named in a note.
	Mentions []PersonID `json:"mentions,omitempty"`
	// Masks are those of ours in it whom customers do not meet by name; Shown and
	// ShownTo are Text and ToName as customers read them where those name them. The
	// team's.
	Masks   []Named `json:"masks,omitempty"`
	Shown   string  `json:"shown,omitempty"`
	ShownTo string  `json:"shown_to,omitempty"`
	// Talk belongs to a Call or a Chat. Reason, beside a call's Note, says why
	// no message went with a voicemail.
	Talk Talk `json:"talk,omitzero"`
	// Asks were asked here; Answers were given here, with what they answer.
	Asks    []Ask `json:"asks,omitempty"`
	Answers []Ask `json:"answers,omitempty"`
	// Refers is the PublicSeq of the message this one takes up or, with Corrects,
	// of the author's own that it corrects.
	Refers   uint64 `json:"refers,omitempty"`
	Corrects bool   `json:"corrects,omitempty"`
	// Given were answered here, to fields of the form.
	Given []Given `json:"given,omitempty"`
	// Engages says that somebody of ours is on the ticket from here on.
	Engages bool `json:"engages,omitempty"`
	// Pledge is the promise a Promised made or a PromiseSettled settled.
	Pledge Pledge `json:"pledge,omitzero"`
	// Other is the ticket this was done together with; the team's, because who
	// reads this one later need not be able to read that.
	Other TicketID `json:"other,omitempty"`
	// Command made it; the author's client recognises its own by this.
	Command CommandID `json:"command,omitempty"`
}

// CustomerEntry is a public entry as a customer may read it. Its keys are a
// subset of Entry's.
type CustomerEntry struct {
	ID         EntryID      `json:"id"`
	Ticket     TicketID     `json:"ticket"`
	Seq        uint64       `json:"seq"`
	Kind       Kind         `json:"kind"`
	Author     PersonID     `json:"author"`
	AuthorName string       `json:"author_name,omitempty"`
	Staff      bool         `json:"staff,omitempty"`
	At         time.Time    `json:"at"`
	Claimed    time.Time    `json:"claimed,omitzero"`
	Channel    string       `json:"channel,omitempty"`
	Text       string       `json:"text,omitempty"`
	Files      []Attachment `json:"files,omitempty"`
	From       string       `json:"from,omitempty"`
	To         string       `json:"to,omitempty"`
	ToName     string       `json:"to_name,omitempty"`
	Reason     string       `json:"reason,omitempty"`
	Phrase     *Said        `json:"phrase,omitempty"`
	Usual      string       `json:"usual,omitempty"`
	Opens      time.Time    `json:"opens,omitzero"`
	Until      time.Time    `json:"until,omitzero"`
	Command    CommandID    `json:"command,omitempty"`
	// Talk is without the phone number, which need not be the reader's own.
	Talk     CustomerTalk `json:"talk,omitzero"`
	Asks     []Ask        `json:"asks,omitempty"`
	Answers  []Ask        `json:"answers,omitempty"`
	Refers   uint64       `json:"refers,omitempty"`
	Corrects bool         `json:"corrects,omitempty"`
	Given    []Given      `json:"given,omitempty"`
	Engages  bool         `json:"engages,omitempty"`
	Pledge   Pledge       `json:"pledge,omitzero"`
}

// Direction is who called whom.
type Direction string

// The directions, as the desk sees them.
const (
	Incoming Direction = "in"
	Outgoing Direction = "out"
)

// CallOutcome is how a call ended.
type CallOutcome string

// The outcomes of a call.
const (
	Spoke     CallOutcome = "spoke"
	Voicemail CallOutcome = "voicemail"
	NoAnswer  CallOutcome = "no_answer"
)

// Talk is what is known of a conversation that was held elsewhere: of a Call
// all of it, of a Chat whom it was with and when it began.
type Talk struct {
	// With is the other party; empty for somebody known by WithName only.
	With      PersonID    `json:"with,omitempty"`
	WithName  string      `json:"with_name,omitempty"`
	Number    string      `json:"number,omitempty"`
	Direction Direction   `json:"direction,omitempty"`
	Started   time.Time   `json:"started,omitzero"`
	Minutes   int         `json:"minutes,omitempty"`
	Outcome   CallOutcome `json:"outcome,omitempty"`
}

// CustomerTalk is what a customer may know of a Talk. Its keys are a subset
// of Talk's.
type CustomerTalk struct {
	With      PersonID    `json:"with,omitempty"`
	WithName  string      `json:"with_name,omitempty"`
	Direction Direction   `json:"direction,omitempty"`
	Started   time.Time   `json:"started,omitzero"`
	Minutes   int         `json:"minutes,omitempty"`
	Outcome   CallOutcome `json:"outcome,omitempty"`
}
