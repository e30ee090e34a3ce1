package desk

import "time"

// CommandKind names what a command asks for.
type CommandKind string

// The commands, in the imperative. Each has an argument type of the same name.
const (
	CmdOpen      CommandKind = "open"
	CmdReply     CommandKind = "reply"
	CmdNote      CommandKind = "note"
	CmdClose     CommandKind = "close" // solve, or for a customer "it's solved"
	CmdReopen    CommandKind = "reopen"
	CmdStatus    CommandKind = "status"
	CmdAssign    CommandKind = "assign"
	CmdRefer     CommandKind = "refer"
	CmdPriority  CommandKind = "priority"
	CmdCCs       CommandKind = "ccs"
	CmdRename    CommandKind = "rename"
	CmdPrivate   CommandKind = "private"
	CmdRead      CommandKind = "read"
	CmdCall      CommandKind = "call"
	CmdChat      CommandKind = "chat"
	CmdNotice    CommandKind = "notice"
	CmdRunDue    CommandKind = "run_due" // the desk itself, when time has come
	CmdSettleAsk CommandKind = "settle_ask"
	CmdType      CommandKind = "type"
)

// Args is one of the argument types below.
type Args interface{ Kind() CommandKind }

// Command asks for a change and may be refused. Doing it twice is doing it once.
type Command struct {
	ID     CommandID
	Ticket TicketID
	// Basis is the Seq, in the author's audience, of the newest entry the
	// author had seen. It decides compare-and-send (BEHAVIOURS 0.23, N1).
	Basis uint64
	// Composed is the author's own clock when it was queued; display only,
	// and the reopening window (BEHAVIOURS 1.25).
	Composed time.Time
	Args     Args
}

// The argument types. From fields hold what the author saw; if the ticket has
// another value by then the command is refused as a conflict, unless that
// value is already the wanted one.
type (
	// Open asks for a new ticket; its Command.Ticket is the new id.
	Open struct {
		Subject    string  `json:"subject"`
		Text       string  `json:"text"`
		Department DeptID  `json:"department"`
		Urgency    Urgency `json:"urgency,omitempty"`
		Type       Type    `json:"type,omitempty"`
		Claim      Claim   `json:"claim,omitzero"`
		// Topic is what it is about; Department is then the topic's. Filled is its
		// form.
		Topic  TopicID `json:"topic,omitempty"`
		Filled Filled  `json:"filled,omitzero"`
		// NeededBy is a date; Expedite asks for it sooner than it usually can be
		// there, and Approver is who approves.
		NeededBy string       `json:"needed_by,omitempty"`
		Expedite bool         `json:"expedite,omitempty"`
		Approver PersonID     `json:"approver,omitempty"`
		Org      OrgID        `json:"org,omitempty"`
		Refs     []Reference  `json:"refs,omitempty"`
		CCs      []PersonID   `json:"ccs,omitempty"`
		Files    []Attachment `json:"files,omitempty"`
		Private  bool         `json:"private,omitempty"`
		// Requester is set only by staff opening for a customer.
		Requester PersonID `json:"requester,omitempty"`
		// Recurs is the earlier ticket whose trouble this is again.
		Recurs TicketID `json:"recurs,omitempty"`
		// Tried are articles that did not help.
		Tried []ArticleID `json:"tried,omitempty"`
		// Entitlement is what it is opened under, Release which version of that
		// product it is about.
		Entitlement EntitlementID `json:"entitlement,omitempty"`
		Release     string        `json:"release,omitempty"`
	}
	// Reply adds a public message. Then, if set, is the status after it
	// (staff: any not New; customers: Solved only).
	Reply struct {
		Text  string       `json:"text"`
		Files []Attachment `json:"files,omitempty"`
		Then  Status       `json:"then,omitempty"`
		// Asks are questions and steps for the customer; the team's only.
		Asks []NewAsk `json:"asks,omitempty"`
		// Answers are what became of those; the asking side's only.
		Answers []Answer `json:"answers,omitempty"`
		// Refers is the customer Seq of the message this one takes up, or, with
		// Corrects, the own message it corrects; 0 for none.
		Refers   uint64 `json:"refers,omitempty"`
		Corrects bool   `json:"corrects,omitempty"`
		// Also is what is done with it; the team's only.
		Also Also `json:"also,omitzero"`
	}
	// AddNote adds an internal note; staff only.
	AddNote struct {
		Text     string       `json:"text"`
		Files    []Attachment `json:"files,omitempty"`
		Mentions []PersonID   `json:"mentions,omitempty"`
	}
	// CloseTicket solves a ticket. Reason is the customer's choice (worked,
	// self, not_needed) or staff's resolution text.
	CloseTicket struct {
		Reason     string `json:"reason,omitempty"`
		Resolution string `json:"resolution,omitempty"`
		// Cause is staff's; Early says that they close for want of an answer
		// although the customer has had less time than is promised.
		Cause Cause `json:"cause,omitempty"`
		Early bool  `json:"early,omitempty"`
	}
	// Reopen takes a solved or closed ticket up again.
	Reopen struct {
		Reason string `json:"reason,omitempty"`
	}
	// SetStatus moves a ticket between the open statuses; staff only. Until
	// belongs to OnHold.
	SetStatus struct {
		From   Status    `json:"from"`
		To     Status    `json:"to"`
		Until  time.Time `json:"until,omitzero"`
		Reason string    `json:"reason,omitempty"`
	}
	// Assign gives a ticket to a member of staff, or to nobody.
	// Reason is for the customer too.
	// Promises decides on those that whoever had it made (BEHAVIOURS N15).
	Assign struct {
		From     PersonID        `json:"from,omitempty"`
		To       PersonID        `json:"to,omitempty"`
		Reason   string          `json:"reason,omitempty"`
		Promises []SettlePromise `json:"promises,omitempty"`
	}
	// Refer passes a ticket to another department, saying why and what was
	// tried (BEHAVIOURS 0.13). Reason is public, Tried too.
	Refer struct {
		From   DeptID `json:"from"`
		To     DeptID `json:"to"`
		Reason string `json:"reason"`
		Tried  string `json:"tried,omitempty"`
		// Promises decides on all that are open.
		Promises []SettlePromise `json:"promises,omitempty"`
	}
	// SetPriority is staff's decision.
	SetPriority struct {
		From   Priority `json:"from"`
		To     Priority `json:"to"`
		Reason string   `json:"reason,omitempty"`
		// Told is for the customer, where it is less than they called it.
		Told string `json:"told,omitempty"`
	}
	// SetCCs adds and removes people who follow the public conversation.
	// Removing oneself is leaving.
	//
	// Whole lets those of Add read what was written before, also who is in CC
	// already and could not so far.
	SetCCs struct {
		Add    []PersonID `json:"add,omitempty"`
		Remove []PersonID `json:"remove,omitempty"`
		Whole  bool       `json:"whole,omitempty"`
	}
	// Rename gives the ticket a better subject; the old one stays in the entry.
	Rename struct {
		From string `json:"from"`
		To   string `json:"to"`
	}
	// SetPrivate hides a ticket from, or shows it to, the requester's colleagues.
	SetPrivate struct {
		Private bool `json:"private"`
	}
	// MarkRead says how far the actor has read, as a Seq of their audience.
	// It only ever moves forward.
	MarkRead struct {
		Seq uint64 `json:"seq"`
	}
	// LogCall tells of a phone call; staff only. Text is for the customer: what
	// was said, or, where we called and reached nobody, a message that goes out
	// with it. A voicemail of ours needs that message, or in NoMessage the
	// reason why there is none (BEHAVIOURS 4.12). Note and NoMessage are
	// internal.
	LogCall struct {
		Talk      Talk   `json:"talk"`
		Text      string `json:"text,omitempty"`
		NoMessage string `json:"no_message,omitempty"`
		Note      string `json:"note,omitempty"`
	}
	// RecordChat keeps a chat that was held elsewhere; staff only. With, WithName
	// and Started are as in Talk, Text is the transcript.
	RecordChat struct {
		With     PersonID  `json:"with,omitempty"`
		WithName string    `json:"with_name,omitempty"`
		Started  time.Time `json:"started"`
		Text     string    `json:"text"`
	}
	// PostNotice tells the customer something that is no answer and needs none;
	// staff only.
	PostNotice struct {
		Text string `json:"text"`
	}
)

// Kind implements Args.
func (Open) Kind() CommandKind { return CmdOpen }

// Kind implements Args.
func (Reply) Kind() CommandKind { return CmdReply }

// Kind implements Args.
func (AddNote) Kind() CommandKind { return CmdNote }

// Kind implements Args.
func (CloseTicket) Kind() CommandKind { return CmdClose }

// Kind implements Args.
func (Reopen) Kind() CommandKind { return CmdReopen }

// Kind implements Args.
func (SetStatus) Kind() CommandKind { return CmdStatus }

// Kind implements Args.
func (Assign) Kind() CommandKind { return CmdAssign }

// Kind implements Args.
func (Refer) Kind() CommandKind { return CmdRefer }

// Kind implements Args.
func (SetPriority) Kind() CommandKind { return CmdPriority }

// Kind implements Args.
func (SetCCs) Kind() CommandKind { return CmdCCs }

// Kind implements Args.
func (Rename) Kind() CommandKind { return CmdRename }

// Kind implements Args.
func (SetPrivate) Kind() CommandKind { return CmdPrivate }

// Kind implements Args.
func (MarkRead) Kind() CommandKind { return CmdRead }

// Kind implements Args.
func (LogCall) Kind() CommandKind { return CmdCall }

// Kind implements Args.
func (RecordChat) Kind() CommandKind { return CmdChat }

// Kind implements Args.
func (PostNotice) Kind() CommandKind { return CmdNotice }

// Commands is the table of operations: every command kind with a fresh value
// of its argument type. The codec, the role matrix and the fuzzers range over
// it, so that a new command cannot be forgotten by any of them.
func Commands() []Args {
	return []Args{
		Open{},
		Reply{},
		AddNote{},
		CloseTicket{},
		Reopen{},
		SetStatus{},
		Assign{},
		Refer{},
		SetPriority{},
		SetCCs{},
		Rename{},
		SetPrivate{},
		MarkRead{},
		LogCall{},
		RecordChat{},
		PostNotice{},
		Skip{},
		RunDue{},
		SettleAsk{},
		LinkTicket{},
		SetType{},
		SetHelpers{},
		Say{},
		JoinChat{},
		EndChat{},
		SetTags{},
		SetLanguage{},
		SetTopic{},
		FillIn{},
		Rate{},
		MakePromise{},
		SettlePromise{},
		SnoozeTicket{},
		SetFollow{},
		Tick{},
		Approve{},
		Merge{},
		Unmerge{},
		Split{},
		Join{},
		Escalate{},
		Acknowledge{},
		Deescalate{},
		ProposeWorkaround{},
		JudgeWorkaround{},
		SetFix{},
		TakeAlong{},
		CountMisuse{},
		UncountMisuse{},
		SetBan{},
		PlanWork{},
		SetHold{},
		AskUpload{},
		GrantUpload{},
		NoteCall{},
		SaveView{},
		WriteArticle{},
		MoveArticle{},
		VoteArticle{},
		ReadArticle{},
		CommentArticle{},
		SettleComment{},
		SetArticleFollow{},
		SaveSection{},
	}
}

// Place is what the rules need to know of the desk around a ticket. The
// server fills it from the ledger, the client from its reference lanes; what
// a client may not know is simply absent.
type Place struct {
	Departments map[DeptID]Department
	People      map[PersonID]Person
	Orgs        map[OrgID]Organization
	// Own is what the reader of a customer's copy holds themselves.
	Own []Entitlement
	// OwnStanding is what counts against them.
	OwnStanding Counts
	Misuse      Misuse
	Topics      map[TopicID]Topic
	Forms       map[FormID]Form
	// Held are the organizations on legal hold.
	Held map[OrgID]bool
}

// State is what a decision is made on. Ticket is nil when it is being opened
// or does not exist for the actor. Tail holds the entries after the command's
// Basis, oldest first, in the actor's audience.
type State struct {
	Ticket *Ticket
	Tail   []Entry
	Place  Place
	// About is the entry the command refers to; nil if there is none the actor
	// may see.
	About *Entry
	// Other is the ticket the command concerns beside its own: the one to merge
	// into, or the one that a merged ticket goes on in. nil where there is none
	// or, for a merge, the actor may not see it.
	Other *Ticket
	// Others are those that a problem tells next, when the desk has it told; and
	// what else somebody opened, when what counts against them is taken back.
	Others []*Ticket
	// ReadUpTo is how far the actor had read.
	ReadUpTo uint64
	// Follows is what the actor follows, for a SetFollow.
	Follows []Follow
	// Kin are the tickets that are linked to the command's or merged with it, and
	// so on, where one of them is to be deleted; KinMore says that there are more.
	Kin     []*Ticket
	KinMore bool
	// Unreached is set for what is due when no computer of those who ask is
	// signed in, so that what they are told reaches nobody (BEHAVIOURS 4.13).
	Unreached bool
	// Calls are those that wait for the code of a ticket that is opened.
	Calls []NotedCall
	// View is what a SaveView puts another in the place of; nil for nothing. Views
	// are those it will stand beside.
	View  *SavedView
	Views []SavedView
	// Help is what a command of the knowledge base is about.
	Help Help
}

// Change tells what a command did: the head after it and the entries it added.
// It carries state, not instructions; whoever applies it needs no rule.
type Change struct {
	Ticket  Ticket
	Entries []Entry
	// ReadUpTo is the actor's read position after it, if it moved; else 0.
	ReadUpTo uint64
	// HeadSame is set when only the read position or what the actor follows
	// moved, so that no version is spent and nobody else hears of it.
	HeadSame bool
	// Follows is what the actor follows differently from now on.
	Follows []Follow
	// Beside is what it did to another ticket, in the same commit; that change's
	// Beside is the next one's.
	Beside *Change
	// Counts is what counts against a person after it, if that changed.
	Counts *Counts
	// Purge are the tickets that are gone with it, for everybody.
	Purge []TicketID
	// Calls are those that waited for this ticket and are on it now.
	Calls []CommandID
	// Noted is a call under the code of a ticket that may not be there.
	Noted *NotedCall
	// View is a saved view as it is kept from now on, or that it ended.
	View *SaveView
	// Help is what it did in the knowledge base.
	Help *HelpChange
}

// Outcome is how a command ended.
type Outcome string

// The outcomes. Everything but OK leaves the command with its author.
const (
	OK       Outcome = "ok"
	Held     Outcome = "held"     // something newer came first; the author decides
	Conflict Outcome = "conflict" // a field has another value by now
	Refused  Outcome = "refused"
)

// Receipt is the server's durable answer to a command. The same receipt is
// returned on every retry (BEHAVIOURS N2).
type Receipt struct {
	Command CommandID `json:"command"`
	// DSeq is the device's dense number of the command.
	DSeq    uint64   `json:"dseq"`
	Outcome Outcome  `json:"outcome"`
	Ticket  TicketID `json:"ticket,omitempty"`
	Number  Number   `json:"number,omitempty"`
	// Seq is the command's first entry in its author's audience; 0 if none.
	Seq uint64    `json:"seq,omitempty"`
	At  time.Time `json:"at"`
	// Hash is the SHA-256 of the command as received, hex.
	Hash  string `json:"hash,omitempty"`
	Error *Error `json:"error,omitempty"`
	// Newer are the entries a held reply has to be read against, encoded in
	// the author's audience; Current is the value that stood in a conflict.
	Newer   [][]byte `json:"newer,omitempty"`
	Current string   `json:"current,omitempty"`
}
