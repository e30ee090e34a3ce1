package app

import "docket/app/desk"

// Can is what the person may do now.
type Can struct {
	Reply    bool `json:"reply"`
	Note     bool `json:"note"`
	Close    bool `json:"close"`
	Reopen   bool `json:"reopen"`
	Assign   bool `json:"assign"`
	Refer    bool `json:"refer"`
	Status   bool `json:"status"`
	Priority bool `json:"priority"`
	CCs      bool `json:"ccs"`
	Helpers  bool `json:"helpers"`
	Rename   bool `json:"rename"`
	Type     bool `json:"type"`
	Tags     bool `json:"tags"`
	Language bool `json:"language"`
	Topic    bool `json:"topic"`
	Fill     bool `json:"fill"`
	// Rate is saying how it was, while that can be said.
	Rate    bool `json:"rate"`
	Private bool `json:"private"`
	// Tell is telling of a call or a chat and posting a notice.
	Tell bool `json:"tell"`
	// Skip is passing it over in the queue, or putting it back.
	Skip bool `json:"skip"`
	// Merge is putting it together with another or taking it out again, Split
	// making a message a ticket of its own or asking for it.
	Merge bool `json:"merge"`
	Split bool `json:"split"`
	Join  bool `json:"join"`
	// Acknowledge is offered while somebody is called.
	Escalate    bool `json:"escalate"`
	Acknowledge bool `json:"acknowledge"`
	Deescalate  bool `json:"deescalate"`
	// Ask is asking with a list, and settling what is open; Answer answering it.
	Ask    bool `json:"ask"`
	Answer bool `json:"answer"`
	// Promise is promising the customer something and settling that.
	Promise  bool `json:"promise"`
	Snooze   bool `json:"snooze"`
	Hold     bool `json:"hold"`
	Grant    bool `json:"grant"`
	AskLarge bool `json:"askLarge"`
	// Workaround is proposing one, Judge saying whether it works.
	Workaround bool `json:"workaround"`
	Judge      bool `json:"judge"`
	// Again is beginning a new request about what was solved.
	Again bool `json:"again"`
	// Fix is saying what becomes of the fix.
	Fix bool `json:"fix"`
}

func (r *rower) can(l laid) Can {
	t := &l.ticket
	done := t.Status.Done()
	ok := func(k desk.CommandKind) bool { return can(r.me, t, k) }
	return Can{
		Note: ok(desk.CmdNote), Again: ok(desk.CmdReply) && done && t.Type != desk.Problem, Close: ok(desk.CmdClose) && !done, Reopen: ok(desk.CmdReopen) && done,
		Assign: ok(desk.CmdAssign), Refer: ok(desk.CmdRefer) && !done, Status: ok(desk.CmdStatus) && !done,
		Priority: ok(desk.CmdPriority), CCs: ok(desk.CmdCCs), Helpers: ok(desk.CmdHelpers) && !done, Rename: ok(desk.CmdRename), Type: ok(desk.CmdType), Tags: ok(desk.CmdTags), Language: ok(desk.CmdLanguage), Topic: ok(desk.CmdTopic), Fill: ok(desk.CmdFill) && !done, Rate: ok(desk.CmdRate) && t.Status == desk.Solved && !t.Rating.Asked.IsZero(), Private: ok(desk.CmdPrivate),
		Tell: ok(desk.CmdCall) && !r.asks(t), Ask: ok(desk.CmdSettleAsk) && !r.asks(t), Skip: r.maySkip(t),
		Workaround: ok(desk.CmdWorkaround) && !r.asks(t) && !done, Fix: ok(desk.CmdFix) && (t.Type == desk.Problem || !r.asks(t)), Judge: ok(desk.CmdVerdict) && r.asks(t) && !done && !t.Workaround.At.IsZero(),
		Promise: ok(desk.CmdPromise) && !r.asks(t) && !done, Snooze: ok(desk.CmdSnooze) && !done, Hold: ok(desk.CmdHold) && !r.asks(t), Grant: ok(desk.CmdGrant) && !r.asks(t) && t.Status != desk.Closed, AskLarge: ok(desk.CmdAskUpload) && r.asks(t) && !done,
		Merge: ok(desk.CmdMerge) && !r.asks(t), Split: ok(desk.CmdSplit) && (!r.asks(t) || !done), Join: r.mayJoin(t),
		Escalate: ok(desk.CmdEscalate) && !done, Acknowledge: r.rings(t), Deescalate: ok(desk.CmdDeescalate) && t.Escalation.Open(),
	}
}
